import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './copy.ts';
import { mutants } from './list.ts';
import { changed, nameOf } from './mutant.ts';

test.each(mutants.map((mutant) => [nameOf(mutant), mutant] as const))('the code is still such that it can be broken: %s', (_, mutant) => {
  const texts = new Map<string, string>();
  for (const change of mutant.changes) {
    const text = texts.get(change.file) ?? readFileSync(join(root, change.file), 'utf8');
    texts.set(change.file, changed(text, change, mutant));
  }
  expect([...texts].filter(([file, text]) => text === readFileSync(join(root, file), 'utf8'))).toEqual([]);
});

test('every rule of the protocol, the table of the book and every law of the simulation is broken by a mutant', () => {
  const rules = Array.from({ length: 29 }, (_, n) => String(n + 1));
  const laws = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 14].map((law) => `I${law}`);
  const broken = new Set(mutants.map(({ rule }) => rule));
  expect([...rules, 'book', ...laws].filter((rule) => !broken.has(rule))).toEqual([]);
  expect([...broken].filter((rule) => ![...rules, 'book', ...laws].includes(rule))).toEqual([]);
});

test('no two mutants have one name', () => {
  const names = mutants.map(nameOf);
  expect(names.length).toBe(new Set(names).size);
});

test('a mutant whose text is not there any more is told loudly', () => {
  const change = { file: 'a.ts', old: 'one', new: 'two' };
  const mutant = { rule: '3', broken: 'nothing', changes: [change], finders: [] };
  expect(() => changed('three', change, mutant)).toThrow(
    'mutant "3: nothing" no longer applies: a.ts has its text 0 times, not once:\none',
  );
  expect(() => changed('one one', change, mutant)).toThrow('a.ts has its text 2 times');
});
