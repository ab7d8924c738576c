import fc from 'fast-check';
import { parseDefinitions } from './parse.ts';
import { environment, library, product, wrong } from './testing/texts.ts';

const tooDeep = ': nested too deep to be read; at most 64 levels';
const bomb = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`),
].join('\n');

test.each([
  ['tabs', 'a:\n\t- b', ': this is not YAML that SRM reads: Tabs are not allowed as indentation'],
  ['a repeated key', 'a: 1\na: 2', ': the key "a" is there twice; keep one'],
  ['a repeated key in JSON', '{"a": 1, "a": 2}', ': the key "a" is there twice; keep one'],
  ['keys that only look different', '1: a\n"1": b', ': the key "1" is there twice; keep one'],
  ['an alias bomb', bomb, ': this cannot be read: Excessive alias count indicates a resource exhaustion attack'],
  ['many aliases', `a: &a 1\nb: [${Array(200).fill('*a').join(', ')}]`, ': more than 100 aliases; write the values out'],
  ['a cycle of anchors', 'a: &a [*a]', '/a/0/0/0/0/0/0: nested too deep; at most 64 levels'],
  ['an alias of nothing', 'a: *b', ': this cannot be read: Unresolved alias (the anchor must be set before the alias): b'],
  ['bytes', 'a: !!binary aGk=', ': the tag "tag:yaml.org,2002:binary" is not allowed; write a plain value'],
  ['a key that is a list', '? [a, b]\n: c', ': this is not YAML that SRM reads: With stringKeys, all keys must be strings'],
  ['depth in brackets', '['.repeat(20_000), tooDeep],
  ['depth in dashes', `${'- '.repeat(50_000)}x`, tooDeep],
  ['depth in question marks', '? '.repeat(50_000), tooDeep],
  ['more depth than anybody needs', `a: ${'['.repeat(80)}${']'.repeat(80)}`, '/a/0/0/0/0/0/0: nested too deep; at most 64 levels'],
  ['an unknown directive', '%FOO bar\n---\na: 1', ': this is not YAML that SRM reads: Unknown directive %FOO'],
  ['the key __proto__', '{"__proto__": {"kind": "Product"}}', '/__proto__: this key is not allowed; choose another name'],
  ['escapes for terminals', 'a: "\\u001b[31m"', '/a: the text has control characters or half characters; leave them out'],
  ['half a character', '{"a": "\\ud800"}', '/a: the text has control characters or half characters; leave them out'],
  ['NUL', 'a: "\\0"', '/a: the text has control characters or half characters; leave them out'],
  ['not a number', 'a: .nan', '/a: this is not a number that can be kept; write a finite one'],
  ['too large a number', 'a: 1e309', '/a: this is not a number that can be kept; write a finite one'],
  ['a number that would change', 'a: 9007199254740993', '/a: the number is too large to be kept exactly; write it in quotes'],
  ['too long a text', `a: ${'x'.repeat(9_000_000)}`, ': the text is too long; at most 8388608 characters'],
])('%s is refused in words', (_name, text, expected) => {
  expect(wrong(text)).toEqual([expected]);
});

test('a function is no value', () => {
  expect(wrong('a: !!js/function "x"')[0]).toBe(': this is not YAML that SRM reads: Unresolved tag: tag:yaml.org,2002:js/function');
});

test('aliases written out may not grow a document without end', () => {
  const text = `a: &a "${'x'.repeat(1_000_000)}"\nb: [${Array(60).fill('*a').join(', ')}]`;
  expect(wrong(text)).toEqual([': the document is too large once its aliases are written out']);
});

test('NO, on and 1_000 are texts', () => {
  expect(wrong(product(library('money', { title: 'x' }).replace('"x"', 'NO')))).toEqual([]);
  expect(
    wrong(
      product(
        library('money', { build: { run: [['a', 'b']], output: 'x' } })
          .replace('"b"', 'on')
          .replace('"x"', '1_000'),
      ),
    ),
  ).toEqual([]);
});

test('a mark of byte order, and Windows line ends, change nothing', () => {
  expect(wrong(`\ufeff${product(library('money')).replaceAll('\n', '\r\n')}`)).toEqual([]);
});

test('anchors and aliases in moderation are read', () => {
  const text = `
    - &money { name: money, type: library, source: { path: /m }, build: &build { run: [[make]], output: dist } }
    - { name: http, type: library, source: { path: /h }, build: *build }`;
  expect(wrong(product(text))).toEqual([]);
});

test('errors stand where the text has them: keys at the key, values at the value, what is missing at what should hold it', () => {
  const text = product('    - name: Money\n      typ: library\n      source: {}');
  const parsed = parseDefinitions(text, { base: '/base' });
  expect('errors' in parsed ? parsed.errors.map(({ pointer, line, column }) => `${pointer} ${line}:${column}`) : []).toEqual([
    '/spec/components/0/name 6:13',
    '/spec/components/0/typ 7:7',
  ]);
});

const pieces = [
  '${',
  '}',
  '[',
  ']',
  '{',
  '&a ',
  '*a',
  '!!',
  '? ',
  ': ',
  '- ',
  '\n',
  '  ',
  '"',
  "'",
  '\t',
  '\0',
  '__proto__',
  '\ud800',
  '---\n',
  '#',
  '|\n',
  '1e999',
  '%',
  '@',
  '`',
];

test('law: whatever is done to a text, it is read or refused with sentences, and never throws', () => {
  const text = `${product(`${library('money')}\n    - &a { name: web, dependsOn: [b], workload: { command: [a, '\${config.b}'] } }`)}---\n${environment()}`;
  const edit = fc.record({
    at: fc.nat(text.length),
    take: fc.nat(30),
    put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const spoiled = edits.reduce((now, { at, take, put }) => now.slice(0, at) + put + now.slice(at + take), text);
      const parsed = parseDefinitions(spoiled, { base: '/base' });
      if ('errors' in parsed) return parsed.errors.length > 0 && parsed.errors.every(({ detail }) => detail.length > 0);
      return parsed.documents.length > 0;
    }),
    { numRuns: 1000 },
  );
});

const whole = {
  name: 'web',
  type: 'library',
  source: { path: '/w' },
  build: { run: [['a']], output: 'o', needs: {}, job: 'a' },
  package: { files: { o: '/a' }, workdir: '/a' },
  workload: {
    command: ['a'],
    args: [],
    variables: {},
    volumes: {},
    ports: {},
    readinessProbe: { exec: { command: ['a'] } },
    replicas: 1,
    settle: '1s',
  },
  outputs: { url: 'a' },
  config: { a: { type: 'string' } },
};
const places: readonly (readonly [string, string | null])[] = [
  ...['dependsOn', 'specs', 'undo', 'imageOf', 'from', 'version', ...Object.keys(whole)].map((key) => [key, null] as const),
  ...Object.entries(whole).flatMap(([key, value]) =>
    typeof value === 'object' ? Object.keys(value).map((inner) => [key, inner] as const) : [],
  ),
];

test('law: any value in any place of a component is judged without a throw', () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>('constructor', '__proto__', '${components.web.url}', { constructor: 1 }, { a: { port: 1 } }, [[[]]], {
      a: null,
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), odd, ([key, inner], value) => {
      const before: unknown = Object.entries(whole).find(([name]) => name === key)?.[1];
      const spoiled = { ...whole, [key]: inner !== null && typeof before === 'object' ? { ...before, [inner]: value } : value };
      const components = [spoiled, { name: 'b', type: 'library' }];
      const text = JSON.stringify({ apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'shop' }, spec: { components } });
      return 'errors' in parseDefinitions(text, { base: null });
    }),
    { numRuns: 1000 },
  );
});
