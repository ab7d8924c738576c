import { randomUUID } from 'node:crypto';
import { runJob } from './runner.ts';

// The process that does one job and outlives whoever asked for it: `node run.js <folder of the job>`.
const [, , jobFolder] = process.argv;
if (jobFolder === undefined) throw new Error('which job? Give its folder: node run.js <folder>');
// Whoever asked may be gone when it is told.
process.stdout.on('error', () => {});
await runJob(jobFolder, { now: () => Date.now(), newId: randomUUID, taken: () => process.stdout.write('taken\n') });
process.exit(0);
