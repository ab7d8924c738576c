import type { Operation, Step } from './api.ts';
import { hasEnded } from './api.ts';
import { asLeft, momentOf, progressOf, rowsOf, symbolOf } from './row.ts';
import type { Frame } from './row.ts';
import { clock, columns, cut, padded } from './text.ts';
import { named, told } from './told.ts';
import { kindOf, words } from './words.ts';
import type { Lang } from './words.ts';

/**
 * An operation as lines of text: a header, then one row a component.
 * Pure and without colours; no line is wider than `width` columns. Texts in it must be plain already (the client sees to that).
 */
export function renderOperation(operation: Operation, steps: readonly Step[], width: number, frame: Frame, lang: Lang): string {
  const moment = momentOf(operation, frame);
  const rows = rowsOf(asLeft(steps, moment));
  const name = Math.min(24, Math.max(10, ...rows.map(({ component }) => columns(component))));
  const lines = rows.map((row) =>
    ` ${symbolOf(row, moment)} ${padded(cut(row.component, name), name)} ${progressOf(row, moment, lang)}`.trimEnd(),
  );
  return [headerOf(operation, frame, lang), ...lines].map((line) => cut(line, width)).join('\n');
}

/** `release shop 2026.11.24-1 → development    27/30 steps   00:21` */
export function headerOf(operation: Operation, frame: Frame, lang: Lang): string {
  const place = operation.environment === null ? '' : ` → ${operation.environment}`;
  const version = operation.version ?? operation.release;
  const what = `${kindOf(operation.kind, lang)} ${operation.product}${version === null ? '' : ` ${version}`}${place}`;
  return [`${what} `, stateOf(operation, lang), clock(elapsed(operation, frame.now))].filter((part) => part !== '').join('   ');
}

export const elapsed = ({ requestedAt, endedAt }: Operation, now: number): number =>
  (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(requestedAt);

function stateOf(operation: Operation, lang: Lang): string {
  const { status, waitingFor, counts, undoCounts } = operation;
  const word = words[lang];
  const ended = (n: Operation['counts']): number => n.succeeded + n.failed + n.cancelled + n.skipped;
  const undoing = ended(undoCounts) + undoCounts.planned + undoCounts.requested + undoCounts.started;
  const why = waitingFor === null || waitingFor.for === 'hold' ? '' : named('', told(waitingFor.text, lang), lang);
  if (operation.steps === 0 && !hasEnded(operation)) return `${word.status[status]}${status === 'waiting' ? why : ''}`;
  const steps = undoing > 0 ? word.undoSteps(ended(undoCounts), undoing) : word.steps(ended(counts), operation.steps);
  if (status === 'running' || hasEnded(operation)) return steps;
  return `${steps}   ${word.status[status]}${why}`;
}

/** At most `height` lines: the header, the rows where something moves or failed, the others as a number. */
export function fitted(text: string, height: number, lang: Lang): string {
  const [header = '', ...rows] = text.split('\n');
  if (rows.length + 1 <= height) return text;
  const room = Math.max(1, height - 2);
  const moving = rows.filter((row) => !/^ [○✔⊘]/u.test(row));
  const chosen = new Set([...moving, ...rows.filter((row) => !moving.includes(row))].slice(0, room));
  return [header, ...rows.filter((row) => chosen.has(row)), ` ${words[lang].more(rows.length - chosen.size)}`].join('\n');
}
