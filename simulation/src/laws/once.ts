import { dataOf, type Law } from './evidence.ts';

/** Protocol 7: what is said again counts once: an operator's command is answered by one event, and no report is refused that was taken before. */
export const once: Law = ({ operations }) =>
  operations.flatMap(({ id, events }) => {
    const causes = new Set<string>();
    const answered = new Set<string>();
    const broken: string[] = [];
    for (const event of events) {
      const { requestId, id: refused } = dataOf(event);
      if (event.type === 'ReportRefused' && causes.has(String(refused)))
        broken.push(`7 ${id}: the report ${String(refused)} was refused after it had been taken`);
      if (event.causationid !== null && event.type !== 'ReportRefused') causes.add(event.causationid);
      if (typeof requestId !== 'string') continue;
      if (answered.has(requestId)) broken.push(`7 ${id}: the command ${requestId} was judged twice`);
      answered.add(requestId);
    }
    return broken;
  });
