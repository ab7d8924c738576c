import type { DeadLetter } from './api.ts';
import { moment, safeJson, table } from './text.ts';
import { told } from './told.ts';
import type { Call } from './world.ts';
import { Mistake, exit } from './world.ts';

export async function getDeadLetters(call: Call, topic: string | null, limit: number): Promise<number> {
  const items = await call.client.deadLetters({ topic, limit });
  if (call.json) call.out.print(safeJson(items));
  else
    call.out.print(
      items.length === 0 ? call.say.noDeadLetters : table([call.say.deadLetterColumns, ...items.map((item) => row(call, item))]),
    );
  return exit.succeeded;
}

/** `srm replay`: the one at a position, or all of the topic that were not replayed yet, in order. */
export async function replay(call: Call, topic: string, position: string | null): Promise<number> {
  const positions = position === null ? await waiting(call, topic) : [numberIn(call, position)];
  const put: DeadLetter[] = [];
  for (const one of positions) {
    const letter = await call.client.replay(topic, one);
    if (!call.json) call.out.print(call.say.replayed(letter.type, letter.key, letter.topic));
    put.push(letter);
  }
  if (call.json) call.out.print(safeJson(put));
  else if (put.length === 0) call.out.print(call.say.noneToReplay(topic));
  return exit.succeeded;
}

async function waiting({ client }: Call, topic: string): Promise<readonly number[]> {
  const all = await client.deadLetters({ topic, limit: Infinity });
  return all.filter(({ replayed }) => replayed === null).map(({ position }) => position);
}

function numberIn({ say }: Call, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Mistake(say.notPosition(text));
  return Number(text);
}

const row = ({ language }: Call, { topic, position, type, key, time, replayed, reason }: DeadLetter): readonly string[] => [
  topic,
  String(position),
  type,
  key,
  time === null ? '–' : moment(time),
  replayed === null ? '–' : `${moment(replayed.at)} ${replayed.by}`,
  told(reason, language),
];
