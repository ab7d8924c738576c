/** `node -C source --import …/typescript.loader.mjs x.ts`: runs TypeScript source in a process of its own, for tests that kill it. */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transformSync } from '@swc/core';

if (isMainThread) register(import.meta.url);

const options = { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } };

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const source = transformSync(readFileSync(fileURLToPath(url), 'utf8'), options).code;
  return { format: 'module', source, shortCircuit: true };
}
