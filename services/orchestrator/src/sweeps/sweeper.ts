import { inserted, type Documents } from '@srm/documents';
import { byType, idOf, type Clock, type Handler, type Outgoing } from '@srm/messaging';
import {
  operationKey,
  sweepsKey,
  type CollectGarbage,
  type Envelope,
  type GarbageSwept,
  type SweepGarbage,
  type Topic,
} from '@srm/schemas';
import { freeze, frozenAt, sweepOf, type Mark, type Sweep, type SweepDocument, type SweptDocument, type SweptItem } from '@srm/service';
import type { Decisions } from '../decisions.ts';
import type { EnvironmentState } from '../environment/state.ts';
import type { Operation } from '../operation/state.ts';
import type { ReleasesState } from '../releases.ts';
import { markOf } from './mark.ts';

type Parts = Readonly<{
  documents: Documents;
  clock: Clock;
  decisions: Pick<Decisions, 'keys'>;
  environment: (key: string) => Promise<EnvironmentState>;
  releases: (key: string) => Promise<ReleasesState>;
  operation: (key: string) => Promise<Operation>;
  forgetTimers: (sweep: Sweep) => Promise<readonly SweptItem[]>;
}>;

const bridges = ['ci', 'scm', 'sem'] as const satisfies readonly Topic[];
/** Those who answer: the bridges, the orchestrator itself, and the query-api, which sees for itself that a sweep is under way. */
const answers = bridges.length + 2;

/** Sweeps, one after the other (decision 0024): marks what is kept, tells everybody, and ends when all have answered. It changes nothing that operations believe. */
export function sweeper(parts: Parts): Handler {
  const { documents, clock, forgetTimers } = parts;
  const sweeps = documents.collection<SweepDocument>('sweeps');
  const swept = documents.collection<SweptDocument>('swept');

  async function begun({ data }: Envelope<CollectGarbage>): Promise<SweepDocument> {
    const { sweep, dryRun, reason, actor } = data;
    const known = await sweeps.findOne({ _id: sweep });
    if (known !== null) return known;
    const [last] = await sweeps.find({}, { sort: { number: -1 }, limit: 1 }).toArray();
    const busy = await sweeps.findOne({ endedAt: null });
    const at = new Date(clock.now()).toISOString();
    const asked = { _id: sweep, number: (last?.number ?? 0) + 1, dryRun, reason, actor, at };
    const document: SweepDocument =
      busy === null
        ? { ...asked, mark: await freeze(documents, await marked(parts, data.open)), endedAt: null, refused: null }
        : { ...asked, mark: null, endedAt: at, refused: busy._id };
    return (await inserted(sweeps, document)) ? document : ((await sweeps.findOne({ _id: sweep })) ?? document);
  }

  async function answered(answer: SweptDocument): Promise<void> {
    await inserted(swept, answer);
    if ((await swept.countDocuments({ sweep: answer.sweep })) < answers) return;
    await sweeps.updateOne({ _id: answer.sweep, endedAt: null }, { $set: { endedAt: new Date(clock.now()).toISOString() } });
  }

  return byType<CollectGarbage | GarbageSwept>({
    CollectGarbage: async function* (request) {
      const sweep = await begun(request);
      if (sweep.mark === null || sweep.endedAt !== null) return;
      const command = { sweep: sweep._id, number: sweep.number, dryRun: sweep.dryRun, mark: sweep.mark, at: sweep.at };
      const list = await freeze(documents, await forgetTimers(await sweepOf(documents, command)));
      await answered({ _id: `${sweep._id}/orchestrator`, sweep: sweep._id, service: 'orchestrator', list });
      yield bridges.map((bridge) => commandTo(bridge, command, request.id));
    },
    GarbageSwept: async function* ({ data }) {
      await answered({ _id: `${data.sweep}/${data.service}`, ...data });
      yield [];
    },
  });
}

/** From the decisions alone, which no view is ahead of. `open`: what the views know not to have ended, however long ago it was asked for. */
async function marked({ documents, decisions, environment, releases, operation }: Parts, open: string): Promise<Mark> {
  const environments = await Promise.all((await decisions.keys('environment/')).map((key) => environment(key)));
  const products = await Promise.all((await decisions.keys('releases/')).map((key) => releases(key)));
  const asked = new Set(await frozenAt<readonly string[]>(documents, open));
  const freed = new Set(environments.flatMap((one) => [...one.freed.keys()]));
  const known = [
    ...environments.flatMap((one) => [...one.asked.keys(), ...one.held.keys(), ...one.waiting.keys()]),
    ...products.flatMap((one) => [...one.answered.keys()].map((key) => key.slice(key.indexOf('/') + 1))),
  ];
  for (const id of known) if (!freed.has(id)) asked.add(id);
  const operations: Operation[] = [];
  for (const id of asked) {
    const one = await operation(operationKey(id));
    if (one.number > 0 && one.ended === null) operations.push(one);
  }
  return markOf({ environments, releases: products, operations });
}

const commandTo = (topic: (typeof bridges)[number], data: SweepGarbage['data'], cause: string): Outgoing => ({
  topic,
  message: {
    type: 'SweepGarbage',
    data,
    id: idOf('sweep', data.sweep, topic),
    source: '/srm/orchestrator',
    subject: sweepsKey,
    time: data.at,
    sequence: null,
    correlationid: data.sweep,
    causationid: cause,
    traceparent: null,
  },
});
