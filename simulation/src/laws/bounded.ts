import type { Documents } from '@srm/documents';
import type { BusRecord } from '@srm/messaging';

/** I11: nothing is left over when all has ended and a day has passed: no open job, no timer that did not fire; and the dead letters
 *  are exactly the poison, with its bytes. */
export async function bounded(documents: Documents, dead: readonly BusRecord[], poison: readonly BusRecord[]): Promise<readonly string[]> {
  const [thrown, buried] = [new Set(poison.map(print)), new Set(dead.map(print))];
  const timers = await documents.collection<{ _id: string }>('timers').find({ fired: false }).toArray();
  const jobs = await Promise.all(
    ['ci', 'sem', 'scm'].map((bridge) => documents.collection<{ _id: string }>(`${bridge}.jobs`).find({ open: true }).toArray()),
  );
  return [
    ...dead.filter((record) => !thrown.has(print(record))).map((record) => `I11 dead letter that was no poison: ${reasonOf(record)}`),
    ...poison
      .filter((record) => !buried.has(print(record)))
      .map(({ topic, key }) => `I11 poison on ${topic} is not in the dead letter: ${key}`),
    ...timers.map(({ _id }) => `I11 the timer ${_id} never fired`),
    ...jobs.flat().map(({ _id }) => `I11 the job ${_id} was never closed`),
  ];
}

const print = ({ topic, key, value }: BusRecord): string =>
  `${topic.replace(/\.dlq$/, '')} ${key} ${Buffer.from(value).toString('base64')}`;
const reasonOf = ({ topic, headers }: BusRecord): string => `${topic}: ${new Map(headers).get('srm_reason')}`;
