import { dataOf, type Law } from './evidence.ts';

/** Protocol 7: what is said again counts once: an operator's command is answered by one event, and no report is refused that was taken before. */
export const once: Law = ({ operations }) =>
  operations.flatMap(({ id, events }) => {
    const taken = new Set<string>();
    const refused = new Set<string>();
    const answered = new Set<string>();
    const broken: string[] = [];
    for (const event of events) {
      const { requestId, id: report } = dataOf(event);
      if (event.type === 'ReportRefused') {
        if (taken.has(String(report))) broken.push(`7 ${id}: the report ${String(report)} was refused after it had been taken`);
        refused.add(String(report));
        // What was due anyway names the last input that was judged, also one that was refused.
      } else if (event.causationid !== null && !refused.has(event.causationid)) taken.add(event.causationid);
      if (typeof requestId !== 'string') continue;
      if (answered.has(requestId)) broken.push(`7 ${id}: the command ${requestId} was judged twice`);
      answered.add(requestId);
    }
    return broken;
  });
