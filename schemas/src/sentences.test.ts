import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { hole, sentencesIn } from './test-sentences-in.ts';
import { sentence } from '../sentences/sentence.js';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const zh = (text: string): string => sentence(text, 'zh', (time) => time);

/** What stands there is read by who runs SRM, by programs, or by nobody. */
const forNobody = [
  /\.(test|law|contract)\.ts$|\/(testing|contract|test-)/,
  /^packages\/service\/src\/(process\/|settings|readiness|health|run-service|json-log)/,
  /\/(config|codec|packed|said|voice|supervise)\.ts$|^packages\/bridge\/src\/nothing\.ts$|^services\/ci-bridge\/src\/(run|job-log)\.ts$/,
];
const notSaid = new Set([
  ...['no start right', 'no more of it', 'call stack', 'query parser', 'case sensitive routing', 'srm package'],
  ...[
    'an operation that nobody asked for',
    `no step ${hole}`,
    `${hole} of ${hole}, which is not in the plan`,
    'events are taken as they came',
  ],
  ...[`slice ${hole} of the plan has no step ${hole}`],
  ...[`the ${hole} bridge has no driver ""; it has ${hole}`, `${hole} ${hole} not in release ${hole}; choose ${hole} too, or another base`],
  ...[': events of an operation', ': still here', `[${hole} bytes are missing here]`, `${hole} components of`],
]);
/** Commands are typed as they are in every language. */
const isCommand = (text: string): boolean => /^(srm|npm|du|get log) /.test(text);
/** Pieces of sentences, each with the sentence that they stand in. */
const whole: Readonly<Record<string, (piece: string) => string>> = {
  'packages/bridge/src/archive.ts': (piece) => `the archive was refused: a/b ${piece}`,
  'packages/definitions/src/placeholder-check.ts': (piece) => `${piece} "x" is not declared; declare it in parameters`,
  'services/ci-bridge/src/compile.ts': (piece) => `cart: \`tsc\` ${piece}`,
  'services/ci-bridge/src/spawn-runner.ts': (piece) => `the runner of the build ${piece}`,
  'services/scm-bridge/src/configure.ts': (piece) => `cart needs stock.url, ${piece} in development`,
  'services/sem-bridge/src/words.ts': (piece) => `cart ${piece} after 1 s`,
  'services/orchestrator/src/operation/next.ts': (piece) => `why ${piece}`,
  'services/orchestrator/src/planner/choice.ts': (piece) => `unknown ${piece} "x"`,
  'services/orchestrator/src/planner/remarks.ts': (piece) => `its last try there ${piece} (operation o)`,
  'services/query-api/src/status/findings.ts': (piece) =>
    piece.startsWith(',')
      ? `a of b in c is not healthy${piece}: why`
      : `2 records of t could not be handled and lie in its dead letter${piece} why; once the cause is mended, replay them`,
  'services/query-api/src/views/waits.ts': (piece) => `planning waits for ${piece} since now`,
};

const filesOf = (room: string): readonly string[] =>
  readdirSync(new URL(`${room}/src`, root), { recursive: true, encoding: 'utf8' })
    .map((file) => `${room}/src/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts') && !forNobody.some((pattern) => pattern.test(file)))
    .sort();

/** A number for each hole; what follows a word at once may be missing. */
function example(text: string): string {
  let count = 0;
  return text.replaceAll(new RegExp(`(?<=[a-z])${hole}`, 'g'), '').replaceAll(hole, () => String((count += 1)));
}

const isTold = (text: string): boolean =>
  !/[a-z]{2,} [a-z]{2,}/.test(zh(text).replace(/npm run srm -- [\w -]+|type external|kind \w+/g, ''));

function untold(file: string): readonly string[] {
  const said = sentencesIn(read(file)).filter((text) => !notSaid.has(text) && !isCommand(text));
  return said.map(example).filter((text) => !isTold(text) && !isTold(whole[file]?.(text) ?? text));
}

test.each([
  ...['packages/definitions', 'packages/service', 'packages/bridge'],
  ...['services/orchestrator', 'services/query-api', 'services/ci-bridge', 'services/sem-bridge', 'services/scm-bridge'],
])('whatever %s says to people can be told in Chinese', (room) => {
  expect(filesOf(room).flatMap((file) => untold(file).map((text) => `${file}: ${text}`))).toEqual([]);
});

test('what a definition is expected to say is told in Chinese', () => {
  const expected: string[] = [];
  parse(read('schemas/openapi.yaml'), (key, value: unknown) => (key === 'x-says' ? expected.push(String(value)) : null, value));
  expect(expected.length).toBeGreaterThan(20);
  expect(expected.filter((text) => !isTold(`"x" is not ${text}`))).toEqual([]);
});

test('a sentence is told with what was filled in, also where others stand beside it', () => {
  expect(zh('cart was not ready in 10 s (GET /ready → 503 "no stock")')).toBe('cart 在 10 秒内未就绪（GET /ready → 503 "no stock"）');
  expect(
    zh('cart/deploy: its undo waits for a decision: it has volumes, and production is protected; resume undoes it, skip keeps it'),
  ).toBe('cart/deploy：撤销前等待决定：它有数据卷，而 production 是受保护的环境；resume 撤销，skip 保留');
  expect(zh('unknown component "crat"; did you mean "cart"?')).toBe('未知的组件 "crat"；是否想写 "cart"？');
  expect(zh('held by ann: the shop is counted; come back later')).toBe('由 ann 暂停：the shop is counted；come back later');
  expect(zh('cart, order of shop 2026.11.24-1 are started in development')).toBe(
    'shop 2026.11.24-1 的 cart, order 已在 development 中启动',
  );
});

test('what no entry of the table makes is told as it came', () => {
  expect(zh('Error: nobody knows; this')).toBe('Error: nobody knows; this');
  expect(zh('')).toBe('');
});

test('a sentence that no entry makes is not told by halves, though a part of it looks like a value that is not what is wanted', () => {
  const unknown = ['b is painted, since it is not a text', 'cart, order are lost: nobody is none of them', 'b and c are not a map'];
  expect(unknown.map(zh)).toEqual(unknown);
  expect(['"x y"', '["a", "b"]', '{"a":1…', '-1.5e+21', 'true', 'null', 'nothing'].map((value) => zh(`${value} is not a text`))).toEqual(
    ['"x y"', '["a", "b"]', '{"a":1…', '-1.5e+21', 'true', 'null', 'nothing'].map((value) => `${value} 不是文本`),
  );
});

test('what a restart deploys again is told in Chinese, of one and of several', () => {
  expect(zh('b is deployed again as it was, since it is not certain what runs')).toBe('b 将按原样重新部署，因为无法确定运行的是什么');
  expect(zh('b, c are deployed again as they were, since it is not certain what runs')).toBe(
    'b, c 将按原样重新部署，因为无法确定运行的是什么',
  );
});

test('English stays as it is but for its times', () => {
  const moment = (time: string): string => `<${time}>`;
  const text = 'held since 2026-11-24T09:00:30.123Z: until somebody decides';
  expect(sentence(text, 'en', moment)).toBe('held since <2026-11-24T09:00:30.123Z>: until somebody decides');
  expect(sentence(text, 'zh', moment)).toBe('自 <2026-11-24T09:00:30.123Z> 起暂停，等待决定');
});

test('a long text is told as soon as a short one', () => {
  const text = 'of is in are and '.repeat(20_000);
  expect(zh(text)).toBe(text);
});
