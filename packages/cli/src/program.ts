import { Command, InvalidArgumentError, Option } from 'commander';
import type { OperationRequest } from './api.ts';
import { act } from './actions.ts';
import { backup, restored } from './backup.ts';
import type { ActionCommand } from './actions.ts';
import { httpClient } from './client.ts';
import { apply, plan, preview, requestFor } from './definitions.ts';
import type { ReleaseOptions } from './definitions.ts';
import { getDeadLetters, replay } from './dead-letters.ts';
import { doctor } from './doctor.ts';
import { gc } from './gc.ts';
import { freeze, getFreezes, unfreeze } from './freeze.ts';
import { getLog, getOperation, getOperations, getReleases, getResources } from './get.ts';
import { operate, watch } from './operations.ts';
import { sentences } from './sentences.ts';
import { writtenAddress } from './source.ts';
import type { Lang } from './words.ts';
import type { Call, World } from './world.ts';
import { Mistake } from './world.ts';

const kinds: readonly OperationRequest['kind'][] = [
  'compile',
  'package',
  'deploy',
  'release',
  'start',
  'stop',
  'restart',
  'destroy',
  'rollback',
];

/** Which of these are about a step. */
const stepOf: Readonly<Partial<Record<ActionCommand, string>>> = { skip: ' <step>', resume: ' [step]', retry: ' [step]' };
const actionNames: readonly ActionCommand[] = ['cancel', 'hold', 'resume', 'retry', 'skip', 'give-up', 'abandon', 'repair'];

type Options = Readonly<{
  server?: string;
  output: string;
  env?: string;
  product?: string;
  kind?: OperationRequest['kind'];
  setVersion?: string;
  release?: string;
  reason?: string;
  onFailure?: 'compensate' | 'keep' | 'hold';
  expectedPlan?: string;
  watch?: boolean;
  limit?: number;
  component?: readonly string[];
  base?: string;
  restartConsumers?: boolean;
  force?: boolean;
  yes?: boolean;
  to?: string;
  preview?: boolean;
  notBefore?: string;
  deadline?: string;
  until?: string;
  holdRunning?: boolean;
  topic?: string;
  dryRun?: boolean;
  accept?: boolean;
}>;

/** The command line. `ended` is told the exit code of the command that ran. */
export function program(world: World, lang: Lang, ended: (code: number) => void): Command {
  const say = sentences[lang];
  const root = new Command('srm')
    .description(say.about)
    .version(`SRM ${world.version}`, '--version', say.options.srmVersion)
    .exitOverride()
    .addHelpText('after', `\n${say.exitCodes}`);
  root.configureOutput({ writeOut: (text) => world.out.print(text.trimEnd()), writeErr: (text) => world.error(text.trimEnd()) });
  const command = (parent: Command, usage: string, about: string): Command =>
    parent
      .command(usage)
      .description(about)
      .option('--server <address>', say.options.server)
      .addOption(new Option('--lang <lang>', say.options.lang))
      .addOption(new Option('-o, --output <format>', say.options.output).choices(['text', 'json']).default('text'));
  const does =
    (action: (call: Call, options: Options, words: readonly string[]) => Promise<number>) =>
    async (...given: unknown[]): Promise<void> => {
      const own = given.at(-1);
      if (!(own instanceof Command)) return;
      const options = own.opts<Options>();
      ended(
        await action(
          callOf(world, lang, options),
          options,
          own.processedArgs.filter((word) => typeof word === 'string'),
        ),
      );
    };
  const environment = (own: Command): Command => own.requiredOption('-e, --env <environment>', say.options.environment);
  const reasoned = (own: Command): Command => own.option('-m, --reason <text>', say.options.reason);
  const asking = (own: Command): Command => reasoned(own).option('--no-watch', say.options.noWatch);
  const timed = (own: Command): Command =>
    own.option('--not-before <time>', say.options.notBefore).option('--deadline <duration>', say.options.deadline);
  const parts = (own: Command): Command =>
    own.option('-c, --component <name>', say.options.component, (name: string, before: readonly string[]) => [...before, name], []);
  const upon = (own: Command): Command => parts(own).option('--base <release>', say.options.base);
  const giving = (own: Command): Command => own.option('--restart-consumers', say.options.restartConsumers);
  const deploying = (own: Command): Command =>
    timed(asking(environment(own)))
      .option('--expected-plan <digest>', say.options.expectedPlan)
      .addOption(new Option('--on-failure <policy>', say.options.onFailure).choices(['compensate', 'keep', 'hold']));

  command(root, 'apply <folder>', say.commands.apply).action(does((call, _, [path = '.']) => apply(call, path)));
  upon(giving(command(root, 'plan <folder>', say.commands.plan)))
    .option('-e, --env <environment>', say.options.environment)
    .option('--product <product>', say.options.product)
    .addOption(new Option('--kind <kind>', say.options.kind).choices(kinds).default('release'))
    .action(does((call, options, [path = '.']) => plan(call, path, releaseOf(options), partsOf(options))));
  upon(giving(deploying(command(root, 'release <folder>', say.commands.release))))
    .option('--product <product>', say.options.product)
    .option('--set-version <version>', say.options.version)
    .option('--force', say.options.again)
    .action(
      does(async (call, options, [path = '.']) => {
        const request = await requestFor(call, path, releaseOf(options));
        return operate(call, { ...request, ...extras(options), ...partsOf(options), ...again(options) }, options.watch !== false);
      }),
    );
  parts(giving(deploying(command(root, 'deploy <product>', say.commands.deploy))))
    .option('--release <version>', say.options.release)
    .option('--force', say.options.again)
    .option('--preview', say.options.preview)
    .action(
      does((call, options, [product = '']) =>
        asked(call, { ...requestOf('deploy', product, options), ...partsOf(options), ...again(options) }, options),
      ),
    );
  giving(deploying(command(root, 'rollback <product>', say.commands.rollback)))
    .option('--to <release>', say.options.to)
    .option('--preview', say.options.preview)
    .action(
      does((call, options, [product = '']) =>
        asked(call, { ...requestOf('rollback', product, options), ...partsOf(options), release: options.to ?? null }, options),
      ),
    );
  giving(timed(asking(command(root, 'undo <operation>', say.commands.undo))))
    .option('--expected-plan <digest>', say.options.expectedPlan)
    .option('--preview', say.options.preview)
    .action(
      does((call, options, [of = '']) =>
        asked(call, { kind: 'undo', of, ...extras(options), ...partsOf(options), preview: false }, options),
      ),
    );
  deploying(command(root, 'scale <numbers...>', say.commands.scale))
    .option('--preview', say.options.preview)
    .action(async (numbers: readonly string[], _options: unknown, own: Command) => {
      const options = own.opts<Options>();
      ended(await asked(callOf(world, lang, options), scaleOf(numbers, options, say), options));
    });
  const selecting = (own: Command): Command => parts(timed(asking(environment(own)))).option('--preview', say.options.preview);
  for (const kind of ['start', 'stop', 'restart'] as const) {
    const own = selecting(command(root, `${kind} <product>`, say.commands[kind]));
    if (kind === 'stop') own.option('--force', say.options.force.stop);
    own.action(does((call, options, [product = '']) => asked(call, partOf(kind, product, options), options)));
  }
  selecting(command(root, 'destroy <product>', say.commands.destroy))
    .option('--force', say.options.force.destroy)
    .option('--yes', say.options.yes)
    .action(
      does((call, options, [product = '']) => {
        if (options.yes !== true && options.preview !== true)
          throw new Mistake(say.destroys([product, ...(options.component ?? [])].join(' '), options.env ?? ''));
        return asked(call, partOf('destroy', product, options), options);
      }),
    );
  reasoned(command(root, 'freeze <place>', say.commands.freeze))
    .option('--until <time>', say.options.until)
    .option('--hold-running', say.options.holdRunning)
    .action(does((call, options, [place = '']) => freeze(call, place, options)));
  reasoned(command(root, 'unfreeze <place>', say.commands.unfreeze)).action(
    does((call, options, [place = '']) => unfreeze(call, place, options)),
  );
  reasoned(command(root, 'gc', say.commands.gc))
    .option('--dry-run', say.options.dryRun)
    .action(does((call, { dryRun, reason }) => gc(call, dryRun === true, reason ?? null)));
  command(root, 'backup <file>', say.commands.backup).action(does((call, _, [file = '']) => backup(call, file)));
  reasoned(command(root, 'restore', say.commands.restore))
    .option('--accept', say.options.accept)
    .action(does((call, { accept, reason }) => restored(call, accept === true, reason ?? null)));
  command(root, 'doctor', say.commands.doctor).action(does((call) => doctor(call)));
  command(root, 'replay <topic> [position]', say.commands.replay).action(
    does((call, _, [topic = '', position]) => replay(call, topic, position ?? null)),
  );
  command(root, 'watch <id>', say.commands.watch).action(does((call, _, [id = '']) => watch(call, id)));
  for (const name of actionNames)
    reasoned(command(root, `${name} <id>${stepOf[name] ?? ''}`, say.commands[name])).action(
      does((call, { reason }, [id = '', step = null]) => act(call, name, id, step, reason ?? null)),
    );

  const get = root.command('get').description(say.commands.get);
  const listed = (own: Command): Command =>
    own
      .option('-e, --env <environment>', say.options.environment)
      .option('--product <product>', say.options.product)
      .option('--limit <n>', say.options.limit, positive, 50);
  listed(command(get, 'operations', say.operationColumns.join(' '))).action(
    does((call, options) => getOperations(call, filtersOf(options))),
  );
  listed(command(get, 'resources', say.resourceColumns.join(' '))).action(does((call, options) => getResources(call, filtersOf(options))));
  listed(command(get, 'releases', say.releaseColumns.join(' '))).action(does((call, options) => getReleases(call, filtersOf(options))));
  command(get, 'freezes', say.freezeColumns.join(' '))
    .option('--limit <n>', say.options.limit, positive, 50)
    .action(does((call, { limit }) => getFreezes(call, limit ?? 50)));
  command(get, 'dead-letters', say.deadLetterColumns.join(' '))
    .option('--topic <topic>', say.options.topic)
    .option('--limit <n>', say.options.limit, positive, 50)
    .action(does((call, { topic, limit }) => getDeadLetters(call, topic ?? null, limit ?? 50)));
  command(get, 'operation <id>', '').action(does((call, _, [id = '']) => getOperation(call, id)));
  command(get, 'log <id> <step>', '').action(does((call, _, [id = '', step = '']) => getLog(call, id, step)));
  return root;
}

function callOf(world: World, language: Lang, options: Options): Call {
  const say = sentences[language];
  const server = options.server ?? world.server ?? writtenAddress(world.folder) ?? 'http://127.0.0.1:7070';
  if (!URL.canParse(server) || !/^https?:/.test(server)) throw new Mistake(say.notServer(server));
  const { actor, newId, fetch, sleep } = world;
  const client = httpClient({ server, actor, newId, fetch, sleep });
  return { ...world, client, language, say, json: options.output === 'json', named: options.server ?? null };
}

const releaseOf = ({ env, product, kind, setVersion }: Options): ReleaseOptions => ({
  environment: env ?? null,
  product: product ?? null,
  kind: kind ?? 'release',
  version: setVersion ?? null,
});

/** Only what was said: which components, upon which release, and what follows for those that use them. */
const partsOf = ({ component = [], base, restartConsumers }: Options) => ({
  ...(component.length === 0 ? {} : { components: [...component] }),
  ...(base === undefined ? {} : { release: base }),
  ...(restartConsumers === true ? { restartConsumers } : {}),
});

/** `--preview` shows what would be done. */
const asked = (call: Call, request: OperationRequest, options: Options): Promise<number> =>
  options.preview === true ? preview(call, request) : operate(call, request, options.watch !== false);

const again = ({ force }: Options) => (force === true ? { force } : {});

/** `shop/cart=3 shop/web=2`: of one product. */
function scaleOf(numbers: readonly string[], options: Options, say: Call['say']): OperationRequest {
  const read = numbers.map((text) => {
    const [, product = '', name = '', replicas = ''] = /^([^/=]+)\/([^/=]+)=(\d{1,5})$/.exec(text) ?? [];
    if (product === '') throw new Mistake(say.notScale(text));
    return { product, name, replicas: Number(replicas) };
  });
  const products = [...new Set(read.map(({ product }) => product))];
  if (products.length > 1) throw new Mistake(say.severalProducts(products.join(', ')));
  const { release: _release, ...request } = requestOf('scale', products[0] ?? '', options);
  return { ...request, perComponent: read.map(({ name, replicas }) => ({ name, replicas })) };
}

const extras = ({ reason, expectedPlan, onFailure, notBefore, deadline }: Options) => ({
  ...(notBefore === undefined ? {} : { notBefore }),
  ...(deadline === undefined ? {} : { deadline }),
  reason: reason ?? null,
  expectedPlan: expectedPlan ?? null,
  onFailure: onFailure ?? null,
});

const requestOf = (kind: OperationRequest['kind'], product: string, options: Options): OperationRequest => ({
  kind,
  product,
  environment: options.env ?? null,
  release: options.release ?? null,
  preview: false,
  ...extras(options),
});

const partOf = (kind: OperationRequest['kind'], product: string, options: Options): OperationRequest => ({
  ...requestOf(kind, product, options),
  components: [...(options.component ?? [])],
  force: options.force ?? null,
});

const filtersOf = ({ product, env, limit }: Options) => ({ product: product ?? null, environment: env ?? null, limit: limit ?? 50 });

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 on');
  return Number(text);
}
