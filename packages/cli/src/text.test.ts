import { clock, columns, cut, duration, plain, plainLines, plainValue, safeJson, table } from './text.ts';

test('escape sequences, control characters and signs that turn the writing round do not reach a terminal', () => {
  expect(plain('a\u001b[31mred\u001b[0m \u001b]0;title\u0007b\u009b2J\u202ec\u0000\r\nd\te')).toBe('ared bc d e');
});

test('text of many lines keeps its line ends and tabs only', () => {
  expect(plainLines('one\r\n\ttwo\u001b[2J\u0008\u009bK\n')).toBe('one\n\ttwo\n');
});

test('every text in an answer is made plain, names of fields too', () => {
  expect(plainValue({ 'a\u001b[1mb': ['x\u0007', 1, null, { y: 'z\n' }] })).toEqual({ ab: ['x', 1, null, { y: 'z ' }] });
});

test('JSON for scripts loses nothing and acts on no terminal', () => {
  const value = { a: 'x\u009b2J\u202e\u001b[31m' };
  expect(safeJson(value)).toBe('{\n  "a": "x\\u009b2J\\u202e\\u001b[31m"\n}');
  expect(JSON.parse(safeJson(value))).toEqual(value);
});

test('Chinese signs take two columns, and what is too long is cut between signs', () => {
  expect(columns('商城 shop')).toBe(9);
  expect(cut('商城 shop', 9)).toBe('商城 shop');
  expect(cut('商城 shop', 8)).toBe('商城 sh…');
  expect(cut('商城', 2)).toBe('…');
  expect(cut('商城', 3)).toBe('商…');
});

test('a table is as wide as its widest cells', () => {
  expect(
    table([
      ['a', '状态', 'c'],
      ['long', 'b', 'd'],
    ]),
  ).toBe('a     状态  c\nlong  b     d');
  expect(table([])).toBe('');
});

test('times are read at a glance', () => {
  expect([0, 21_900, 3_723_000, -5].map(clock)).toEqual(['00:00', '00:21', '1:02:03', '00:00']);
  expect([0, 2_149, 59_949, 59_950, 65_000, 3_600_000].map(duration)).toEqual(['0.0s', '2.1s', '59.9s', '1m00s', '1m05s', '60m00s']);
});
