/** A durable key-value store: GET and PUT /keys/<key>, values are JSON. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { serve, variable } from './vendor/http/http.mjs';

const folder = variable('DATA');
const file = join(folder, 'store.json');
const values = new Map<string, unknown>(existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8'))) : []);

/** The whole file is written beside the old one and renamed over it: after a crash it is either the old or the new one. */
function save(): void {
  const handle = openSync(`${file}.new`, 'w');
  writeSync(handle, JSON.stringify(Object.fromEntries(values), null, 2));
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.new`, file);
}

serve(
  'store',
  () => undefined,
  ({ method, path, body }) => {
    const key = path.match(/^\/keys\/([a-z-]+)$/)?.[1];
    if (key === undefined) return path === '/keys' ? [...values.keys()] : undefined;
    if (method !== 'PUT') return values.get(key);
    values.set(key, JSON.parse(body));
    save();
    return { saved: key };
  },
);
