import { endedWords, seconds, tellingLine } from './words.ts';

test('times are told as people say them', () => {
  expect([0, 40, 400, 1000, 1260, 30_000, 61_499].map(seconds)).toEqual(['0 s', '0 s', '0.4 s', '1 s', '1.3 s', '30 s', '61 s']);
});

test('the line that names the error is told, not the stack or the version below it', () => {
  const trace = [
    'starting',
    'file:///app/main.mjs:2',
    "throw new Error('no stock');",
    '      ^',
    'Error: no stock',
    '    at main.mjs:2:7',
    'Node.js v20.20.2',
  ];
  expect(tellingLine(trace)).toBe('Error: no stock');
  expect(tellingLine(['one', 'no space left', '  detail'])).toBe('no space left');
  expect(tellingLine([])).toBe(null);
});

test('an end is told by code, signal, or what kept it from starting', () => {
  const ending = { code: 1, signal: null, after: 400, fault: null };
  expect(endedWords('cart', ending, ['Error: no stock'])).toBe('cart ended with exit code 1 after 0.4 s: Error: no stock');
  expect(endedWords('cart', { ...ending, code: 0 }, ['filled'])).toBe(
    'cart ended with exit code 0 after 0.4 s: filled; a service has to go on running: let it, or declare it as a job',
  );
  expect(endedWords('cart', { ...ending, code: null, signal: 'SIGSEGV' }, [])).toBe('cart was ended by SIGSEGV after 0.4 s');
  expect(endedWords('cart', { ...ending, code: null, fault: 'pyhton was not found in PATH' }, [])).toBe(
    'cart could not be started: pyhton was not found in PATH',
  );
});
