import { writeSync } from 'node:fs';
import { embeddedDocuments } from './embedded.ts';

/** Started by the crash test: writes until it is killed, and says on its output what was acknowledged. */
const [file = '', round = ''] = process.argv.slice(2);
const counters = embeddedDocuments({ file }).collection<{ _id: string; n: number }>('counters');

async function write(lane: number): Promise<void> {
  const _id = `${round}/${lane}`;
  await counters.insertOne({ _id, n: 0 });
  for (let n = 1; ; n++) {
    await counters.updateOne({ _id }, { $set: { n } });
    writeSync(1, `${_id} ${n}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => write(lane)));
