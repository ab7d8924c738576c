import type { BusRecord } from '@srm/messaging';
import { topics } from '@srm/schemas';
import { came } from './came.ts';
import type { World } from './days.ts';
import { afterClosing } from './laws/after-closing.ts';
import { bounded } from './laws/bounded.ts';
import { causes } from './laws/causes.ts';
import { brokenLaws, evidenceOf } from './laws/index.ts';
import { nothingLost } from './laws/nothing-lost.ts';
import { remembered } from './laws/remembered.ts';
import { replay } from './laws/replay.ts';
import { rest, type Cost, type Queue } from './laws/rest.ts';
import { isDecided, stored } from './laws/stored.ts';
import { views } from './laws/views.ts';
import type { Stage } from './stage.ts';

export type Rested = Readonly<{ cost: Cost; lasted: number }>;

/** All laws. `rested`: what a time of rest cost at the end; null: it never came to rest, and what holds at the end only is not judged. */
export async function judged(world: World, rested: Rested | null): Promise<readonly string[]> {
  const { on, target: outside, acknowledged, poison, draw, by, counts } = world;
  const evidence = evidenceOf(on.record, outside.effects, outside.endOf, draw.defined);
  came(evidence, counts);
  const lost = nothingLost(evidence, acknowledged);
  const endless = on.bus.endless() ? ['I11 records answered each other in one instant without end'] : [];
  const always = [...endless, ...on.broken(), ...lost, ...(await stored(on.documents, said(world)))];
  if (rested === null) return always;
  return [
    ...always,
    ...brokenLaws(evidence),
    ...causes(evidence, inputsIn(on)),
    ...afterClosing(outside.effects, on.closed()),
    ...(await remembered(on.documents, evidence)),
    ...(await bounded(on.documents, on.dead(), poison)),
    ...rest(rested.cost, rested.lasted, draw.instances, queues(on)),
    ...(await replay({ documents: on.documents, codec: on.codec, inputs: lying(on, topics.inputs.name), prefixes: 2, below: by.below })),
    ...(await views(on.documents, evidence)),
    ...((await on.sameViews()) ? [] : ['I7 views folded anew are other bytes']),
  ];
}

/** All that was said on topics on which nobody speaks but the orchestrator. */
function said({ on, poison }: World): readonly BusRecord[] {
  const thrown = new Set(poison.map(({ value }) => value));
  return [...on.topicLog.streams].flatMap(([topic, streams]): readonly BusRecord[] =>
    isDecided(topic) && !topic.endsWith('.dlq') ? streams.flatMap(({ records }) => records.filter(({ value }) => !thrown.has(value))) : [],
  );
}

const lying = ({ topicLog }: Stage, topic: string): readonly BusRecord[] =>
  (topicLog.streams.get(topic) ?? []).flatMap(({ records }) => records);

/** Every partition, and how far each group that reads of its topic has come. */
function queues({ topicLog: { streams, next } }: Stage): readonly Queue[] {
  const groups = new Map<string, Set<string>>();
  for (const place of next.keys()) {
    const [group = '', topic = ''] = place.split('/');
    groups.set(topic, (groups.get(topic) ?? new Set()).add(group));
  }
  return [...streams.values()].flat().map(({ topic, partition, records }) => ({
    topic,
    partition,
    length: records.length,
    read: new Map([...(groups.get(topic) ?? [])].map((group) => [group, next.get(`${group}/${topic}/${partition}`) ?? 0])),
  }));
}

/** Everything that was said to deciders, by its id: of which type it is. */
const inputsIn = (on: Stage): ReadonlyMap<string, string> =>
  new Map(
    lying(on, topics.inputs.name).map(({ headers }) => {
      const given = new Map(headers);
      return [given.get('ce_id') ?? '', given.get('ce_type') ?? ''];
    }),
  );
