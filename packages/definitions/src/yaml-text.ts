import {
  Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import { found, segmentsOf } from './finding.ts';
import { quoted } from './nearest.ts';
import { plainErrors } from './plain.ts';
import type { Finding } from './types.ts';

export type Place = Readonly<{ line: number | null; column: number | null }>;

/** One document of a text: its value, what is wrong with its writing, and where things stand. */
export type Written = Readonly<{
  value: unknown;
  findings: readonly (Finding & Readonly<{ place: Place | null }>)[];
  place: (pointer: string, at: 'key' | 'value') => Place;
}>;

const longest = 8 * 1024 * 1024;
const aliases = 100;
const tooDeep = 'nested too deep to be read; at most 64 levels';
/** `- - - -` and the like: what nests by one line alone, at a cost that grows with the square of its depth. */
const ladder = /(?:[-?:][ \t]+){65}/;
const nowhere: Place = { line: null, column: null };
const ownTags = new Set(['map', 'seq', 'str', 'int', 'float', 'bool', 'null'].map((name) => `tag:yaml.org,2002:${name}`));

type At = (offset: number | undefined) => Place;
type Faults = { detail: string; place: Place }[];

const offsetOf = (node: unknown): number | undefined =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) && typeof node.range[0] === 'number'
    ? node.range[0]
    : undefined;

const keyOf = (key: unknown): string => (isScalar(key) ? String(key.value) : String(key));

function repeatedKeys(map: YAMLMap, at: At, faults: Faults): void {
  const seen = new Set<string>();
  for (const { key } of map.items) {
    const name = keyOf(key);
    if (seen.has(name)) faults.push({ detail: `the key ${quoted(name)} is there twice; keep one`, place: at(offsetOf(key)) });
    seen.add(name);
  }
}

/** Tags, repeated keys, too many aliases. */
function writingFaults(doc: Document, at: At): Faults {
  const deep = doc.errors.find((error) => error.message.includes('call stack'));
  if (deep !== undefined) return [{ detail: tooDeep, place: at(deep.pos[0]) }];
  const faults: Faults = [...doc.errors, ...doc.warnings].map((error) => ({
    detail: `this is not YAML that SRM reads: ${error.message.split('\n')[0] ?? ''}`,
    place: at(error.pos[0]),
  }));
  let count = 0;
  visit(doc, {
    Map: (_, map) => repeatedKeys(map, at, faults),
    Alias: (_, alias) => {
      count += 1;
      if (count === aliases + 1) faults.push({ detail: `more than ${aliases} aliases; write the values out`, place: at(offsetOf(alias)) });
    },
    Node: (_, node) => {
      if (!(node instanceof Alias) && node.tag !== undefined && !ownTags.has(node.tag)) {
        faults.push({ detail: `the tag ${quoted(node.tag)} is not allowed; write a plain value`, place: at(offsetOf(node)) });
      }
    },
  });
  return faults;
}

/** Where a pointer leads; where it leads nowhere, the last place on its way. */
function placeFinder(doc: Document, at: At): Written['place'] {
  const keys = new WeakMap<object, ReadonlyMap<string, Readonly<{ key: unknown; value: unknown }>>>();
  const pairsOf = (map: YAMLMap) => {
    const known = keys.get(map) ?? new Map(map.items.map((pair) => [keyOf(pair.key), pair]));
    keys.set(map, known);
    return known;
  };
  return (pointer, want) => {
    let node: unknown = doc.contents;
    let place = at(offsetOf(node));
    const path = segmentsOf(pointer);
    for (const [index, segment] of path.entries()) {
      if (isAlias(node)) node = node.resolve(doc);
      const pair = isMap(node) ? pairsOf(node).get(segment) : undefined;
      const item: unknown = isSeq(node) ? node.items[Number(segment)] : pair?.value;
      const last = index === path.length - 1;
      const offset = (last && want === 'key' ? offsetOf(pair?.key) : undefined) ?? offsetOf(item) ?? offsetOf(pair?.key);
      if (offset === undefined) return place;
      place = at(offset);
      node = item;
    }
    return place;
  };
}

const failed = (detail: string, place: Place = nowhere): Written => ({
  value: null,
  findings: [{ ...found('', detail), place }],
  place: () => place,
});

function written(doc: Document<Node>, at: At): Written {
  const faults = writingFaults(doc, at);
  const place = placeFinder(doc, at);
  if (faults.length > 0) {
    return { value: null, findings: faults.slice(0, 1000).map((fault) => ({ ...found('', fault.detail), place: fault.place })), place };
  }
  try {
    const value: unknown = doc.toJS({ maxAliasCount: aliases });
    return { value, findings: plainErrors(value).map((finding) => ({ ...finding, place: null })), place };
  } catch (error) {
    const why = error instanceof RangeError ? tooDeep : `this cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return failed(why, at(offsetOf(doc.contents)));
  }
}

/** The documents of a YAML or JSON text. YAML 1.2, core schema; keys are texts. Empty documents are left out. */
export function readYaml(text: string): readonly Written[] {
  if (text.length > longest) return [failed(`the text is too long; at most ${longest} characters`)];
  if (ladder.test(text)) return [failed(tooDeep)];
  const lines = new LineCounter();
  const at: At = (offset) => {
    if (offset === undefined) return nowhere;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  try {
    const docs = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      stringKeys: true,
      version: '1.2',
      schema: 'core',
      merge: false,
    });
    if (!Array.isArray(docs)) return [];
    return docs
      .filter((doc) => (doc.contents !== null && !(isScalar(doc.contents) && doc.contents.value === null)) || doc.errors.length > 0)
      .map((doc) => written(doc, at));
  } catch (error) {
    if (error instanceof RangeError) return [failed(tooDeep)];
    throw error;
  }
}
