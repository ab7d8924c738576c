import { count, type Counts } from './counts.ts';
import { componentOf, isEnding, requestOf, text, type Evidence, type Told } from './laws/evidence.ts';

/** Counts what came of all that was drawn: endings, and what is hard to hit. */
export function came({ operations, keys }: Evidence, counts: Counts): void {
  for (const told of operations) {
    for (const { type } of told.events) if (isEnding(type)) count(counts, `ended as ${type.slice('Operation'.length)}`);
    raced(told, counts);
    restarted(told, counts);
  }
  for (const [key, occurrences] of keys)
    if (key.startsWith('environment/'))
      for (const { event } of occurrences) if (event.type === 'ResourceOutdated') count(counts, 'resource outdated');
}

/** Who was not asked for and is configured anew, since what it uses changes. */
function restarted(told: Told, counts: Counts): void {
  const request = requestOf(told);
  const names = (request?.['components'] ?? []) as readonly string[];
  if (names.length === 0 || !/^(deploy|release)$/.test(String(request?.['kind']))) return;
  for (const event of told.events)
    if (event.type === 'StepRequested' && /\/configure$/.test(text(event, 'step')) && !names.includes(componentOf(text(event, 'step'))))
      count(counts, 'consumer restarted');
}

/** A step that succeeded although it was to be cancelled; and one that ended when what was done was being undone already. */
function raced({ events }: Told, counts: Counts): void {
  const cancelled = new Set<string>();
  let undoing = false;
  for (const event of events) {
    if (event.type === 'CompensationStarted') undoing = true;
    if (event.type === 'StepCancelRequested') cancelled.add(text(event, 'step'));
    if (event.type !== 'StepSucceeded') continue;
    if (cancelled.has(text(event, 'step'))) count(counts, 'cancel against success');
    if (undoing && !text(event, 'step').endsWith('/undo')) count(counts, 'success while undoing');
  }
}
