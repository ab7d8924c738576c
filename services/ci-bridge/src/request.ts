import type { Job } from '@srm/bridge';
import { isRecord, isText, isTexts, parseJson } from './json.ts';

/** Where everything lies, and what builds are given; the same for all jobs of a driver. All paths absolute. */
export type Settings = Readonly<{
  folder: string;
  /** Sources are taken only from below these. */
  roots: readonly string[];
  /** A folder node_modules that builds find, or null. */
  tools: string | null;
  /** The PATH of builds. */
  path: string;
}>;

/** What a runner is asked to do. deadline in milliseconds from its start. */
export type RunRequest = Readonly<{
  job: string;
  action: string;
  component: string;
  deadline: number;
  inputs: ReadonlyMap<string, string>;
  settings: Settings;
}>;

export const requestText = ({ id, action, component, deadline, inputs }: Job, settings: Settings): string =>
  JSON.stringify({ job: id, action, component, deadline, inputs: [...inputs], settings });

const isPair = (value: unknown): value is readonly [string, string] => isTexts(value) && value.length === 2;

function settingsOf(value: unknown): Settings | null {
  if (!isRecord(value)) return null;
  const { folder, roots, tools, path } = value;
  return isText(folder) && isTexts(roots) && isText(path) ? { folder, roots, tools: isText(tools) ? tools : null, path } : null;
}

/** Throws when the text is no request. */
export function parseRequest(text: string | null): RunRequest {
  const value = text === null ? null : parseJson(text);
  if (!isRecord(value)) throw new Error('the job folder holds no request');
  const { job, action, component, deadline, inputs } = value;
  const settings = settingsOf(value['settings']);
  if (
    !isText(job) ||
    !isText(action) ||
    !isText(component) ||
    typeof deadline !== 'number' ||
    settings === null ||
    !Array.isArray(inputs) ||
    !inputs.every(isPair)
  )
    throw new Error('the request in the job folder is not whole');
  return { job, action, component, deadline, inputs: new Map(inputs), settings };
}
