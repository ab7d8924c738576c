import type { Finder } from './finder.ts';
import { look } from './look.ts';

/** Runs one finder, given as JSON. Says `begun` when all is loaded, and at the end what is broken, as JSON. */
const finder = JSON.parse(process.argv[2] ?? '') as Exclude<Finder, { by: 'tests' }>;
Error.stackTraceLimit = 3;
process.stdout.write('begun\n');
process.stdout.write(`${JSON.stringify(await look(finder))}\n`);
