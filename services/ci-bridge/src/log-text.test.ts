import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { jobLog } from './job-log.ts';
import { lastLines, logText, tellingLine } from './log-text.ts';
import { within } from './testing.ts';

test(
  'a character that is not whole yet comes the next time',
  within(async (where) => {
    const file = path.join(where.folder, 'log');
    const bytes = Buffer.from('aé你👾');
    for (let length = 0; length <= bytes.length; length += 1) {
      await writeFile(file, bytes.subarray(0, length));
      const { text, next } = await logText(file, 0, false);
      expect(text).toBe(bytes.subarray(0, next).toString());
      expect('aé你👾'.startsWith(text)).toBe(true);
      expect(length - next).toBeLessThan(4);
    }
    await writeFile(file, bytes.subarray(0, bytes.length - 1));
    expect(await logText(file, 6, true)).toEqual({ text: '�', next: 9 });
    expect(await logText(file, 9, true)).toEqual({ text: '', next: 9 });
  }),
);

test(
  'a log that grows too long is cut in its middle',
  within(async (where) => {
    const file = path.join(where.folder, 'log');
    const log = jobLog(file, { bytes: 10, tail: 4 });
    for (const text of ['01234', '56789abc', 'defgh', 'ij']) log.write(text);
    log.close();
    expect(await readFile(file, 'utf8')).toBe('0123456789\n… 6 bytes left out …\nghij');
  }),
);

test(
  'the last lines are without colours and control characters',
  within(async (where) => {
    const file = path.join(where.folder, 'log');
    await writeFile(file, 'one\n\n\u001b[1;31mtwo\u001b[0m\r\nthr\u0007ee\n');
    expect(await lastLines(file, 2)).toEqual(['two', 'three']);
    expect(await lastLines(path.join(where.folder, 'none'), 2)).toEqual([]);
  }),
);

test('the line that tells most is the first that looks like an error', () => {
  expect(tellingLine(['building', 'Found 0 errors', 'a.ts(1,1): error TS1: no', 'error: two'])).toBe('a.ts(1,1): error TS1: no');
  expect(tellingLine(['one', '  two'])).toBe('two');
  expect(tellingLine([])).toBe('');
});
