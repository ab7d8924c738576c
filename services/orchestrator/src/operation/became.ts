import { nameIn } from '../address.ts';
import { listed } from '../listed.ts';
import { published } from './outcome.ts';
import { isOpen, type Operation } from './state.ts';

const most = 20;

/** What became of the outputs that the plan said may change: who runs with a former one, and how that is mended; who does not. Of those that were configured anew nothing. */
export function becameOf(operation: Operation): readonly string[] {
  const { plan, steps, request } = operation;
  const found = new Map<string, Readonly<{ former: string[]; same: string[]; unknown: string[] }>>();
  for (const { component, of, output, was } of plan?.consumers ?? []) {
    const [name, giver] = [nameIn(component), nameIn(of)];
    if (published(operation, giver) !== 'now') continue;
    const now = steps.get(`${giver}/deploy`)?.outputs.find((one) => one.name === output)?.value;
    const anew = steps.get(`${name}/deploy`);
    if (now === undefined || (anew !== undefined && !isOpen(anew) && anew.state === 'succeeded')) continue;
    const known = found.get(name) ?? { former: [], same: [], unknown: [] };
    (was === null ? known.unknown : now === was ? known.same : known.former).push(`${giver}.${output}`);
    found.set(name, known);
  }
  const told = [...found].map(([name, { former, same, unknown }]) => {
    const restart = `npm run srm -- restart ${request?.product} -e ${request?.environment} -c ${name}`;
    if (former.length > 0)
      return `${name} runs with ${listed(former, most)} as before, which changed: its configuration is outdated until it is restarted or deployed; ${restart}`;
    return unknown.length > 0
      ? `it is not known whether ${name} runs with ${listed(unknown, most)} as given now, or as before; ${restart}`
      : `${name} is not outdated: it runs with ${listed(same, most)} as it is given now`;
  });
  return told.length <= most ? told : [...told.slice(0, most), `and ${told.length - most} more run with outputs that may have changed`];
}
