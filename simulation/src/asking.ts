import { queryApi } from '@srm/query-api';
import type { Request, Route } from '@srm/service';
import type { Answers } from './laws/silence.ts';
import { silent } from './lives.ts';
import type { Stage } from './stage.ts';

/** What somebody reads of these operations at the door just now. */
export async function asked({ documents, codec, clock }: Stage, operations: readonly string[]): Promise<Answers> {
  const { routes } = queryApi({ documents, codec, clock, log: silent, newId: () => 'asked', actor: 'li' });
  const waits = new Map<string, Map<string, readonly string[]>>();
  for (const id of operations) {
    const steps = rows(await got(routes, '/v1/operations/:id/steps', { id }, { limit: '1000' }), 'items');
    waits.set(id, new Map(steps.map((step) => [String(step['id']), rows(step, 'waitingFor').map((one) => String(one['text']))])));
  }
  const stuck = rows(await got(routes, '/v1/status', {}, {}), 'stuckOperations');
  return { waits, stuck: new Map(stuck.map((one) => [String(one['operation']), String(one['why'])])) };
}

type Json = Readonly<Record<string, unknown>>;

async function got(
  routes: readonly Route[],
  path: string,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
) {
  const route = routes.find((one) => one.method === 'GET' && one.path === path);
  if (route === undefined) throw new Error(`nobody answers GET ${path}`);
  const request: Request = {
    method: 'GET',
    path,
    params: new Map(Object.entries(params)),
    query: new Map(Object.entries(query)),
    headers: new Map(),
    body: new Uint8Array(),
    signal: new AbortController().signal,
  };
  const answering = route.answer(request);
  for (;;) {
    const { done, value } = await answering.next();
    if (done === true) return 'json' in value ? value.json : null;
  }
}

function rows(value: unknown, name: string): readonly Json[] {
  const list: unknown = typeof value === 'object' && value !== null ? (value as Json)[name] : undefined;
  if (!Array.isArray(list)) throw new Error(`the answer has no ${name}: ${JSON.stringify(value)}`);
  return list as readonly Json[];
}
