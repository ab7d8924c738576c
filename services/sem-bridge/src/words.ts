import type { Ending } from './process.ts';

/** 0.4 s, 12 s */
export const seconds = (milliseconds: number): string => {
  const value = milliseconds / 1000;
  return `${value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value))} s`;
};

const saysWhy = /^(Uncaught )?([A-Za-z_.]*(Error|Exception))\b/;
const saysNothing = /^(\s|Node\.js v\d|}|\^)/;

/** The line that most likely says why: the last that names an error, else the last that is no part of a stack trace. */
export const tellingLine = (lines: readonly string[]): string | null =>
  lines.findLast((line) => saysWhy.test(line)) ?? lines.findLast((line) => !saysNothing.test(line)) ?? null;

/** cart ended with exit code 1 after 0.4 s: Error: no stock */
export function endedWords(component: string, ending: Ending, lines: readonly string[]): string {
  if (ending.fault !== null) return `${component} could not be started: ${ending.fault}`;
  const why = tellingLine(lines);
  const how =
    ending.signal !== null
      ? `was ended by ${ending.signal}`
      : ending.code === null
        ? 'ended while nobody watched it, so that its exit code is not known,'
        : `ended with exit code ${ending.code}`;
  const advice = ending.code === 0 ? '; a service has to go on running: let it, or declare it as a job' : '';
  return `${component} ${how} after ${seconds(ending.after)}${why === null ? '' : `: ${why}`}${advice}`;
}

/** Whoever comes with a lower fence was overtaken. */
export const overtaken = (component: string, mine: number, highest: number): string =>
  `${component} was taken over by a later operation (it holds fence ${highest}, this one ${mine}): nothing was done`;
