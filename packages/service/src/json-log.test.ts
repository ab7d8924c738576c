import { jsonLog } from './json-log.ts';

function lines(): Readonly<{ to: { write: (line: string) => void }; read: () => readonly unknown[] }> {
  const kept: string[] = [];
  return { to: { write: (line) => void kept.push(line) }, read: () => kept.map((line) => JSON.parse(line)) };
}

test('a line is JSON with time, level, service, the fields and the text', () => {
  const { to, read } = lines();
  jsonLog({ service: 'orchestrator', to }).warn({ operationId: 'o', err: new Error('no') }, 'a sentence');
  expect(read()).toMatchObject([
    {
      level: 'warn',
      service: 'orchestrator',
      operationId: 'o',
      msg: 'a sentence',
      err: { type: 'Error', message: 'no' },
      time: expect.stringMatching(/Z$/),
    },
  ]);
});

test('secrets are not written, by their name', () => {
  const { to, read } = lines();
  jsonLog({ service: 's', to }).info({ password: 'x', headers: { authorization: 'x' }, job: { target: { token: 'x', name: 'n' } } }, 't');
  expect(read()).toMatchObject([{ password: '***', headers: { authorization: '***' }, job: { target: { token: '***', name: 'n' } } }]);
});

test('below its level nothing is written', () => {
  const { to, read } = lines();
  const log = jsonLog({ service: 's', to, level: 'error' });
  log.info({}, 'no');
  log.warn({}, 'no');
  log.error({}, 'yes');
  expect(read()).toMatchObject([{ msg: 'yes' }]);
});
