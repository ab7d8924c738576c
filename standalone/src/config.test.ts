import { readConfig, usage } from './config.ts';

const read = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => readConfig(argv, env, '/work', '/srm');

test('without flags everything has a default', () => {
  expect(read([])).toEqual({
    config: {
      data: '/work/.srm',
      host: '127.0.0.1',
      port: 7070,
      portAsked: false,
      example: true,
      exit: false,
      lang: 'en',
      sources: ['/srm', '/work'],
      restore: null,
    },
  });
});

test('flags are taken as given, folders from where one stands', () => {
  const argv = [
    '--data',
    '../d',
    '--port=8080',
    '--host',
    '::1',
    '--no-example',
    '--exit',
    '--lang',
    'zh-CN',
    '--sources',
    'a',
    '--sources',
    '/b',
    '--restore',
    'monday.tar',
  ];
  expect(read(argv, { LANG: 'en_US.UTF-8' })).toEqual({
    config: {
      data: '/d',
      host: '::1',
      port: 8080,
      portAsked: true,
      example: false,
      exit: true,
      lang: 'zh',
      sources: ['/srm', '/work', '/work/a', '/b'],
      restore: '/work/monday.tar',
    },
  });
});

test('the language follows the environment', () => {
  expect(read([], { LANG: 'zh_CN.UTF-8' })).toMatchObject({ config: { lang: 'zh' } });
  expect(read([], { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' })).toMatchObject({ config: { lang: 'en' } });
});

test('what cannot be is refused in words', () => {
  expect(read(['--port', '65536'])).toEqual({ mistake: '--port is a number from 0 (any free one) to 65535, not "65536"' });
  expect(read(['--port', 'http'])).toEqual({ mistake: '--port is a number from 0 (any free one) to 65535, not "http"' });
  expect(read(['--data', ''])).toEqual({ mistake: '--data must not be empty' });
  expect(read(['--lang', 'fr'])).toEqual({ mistake: '--lang is en or zh, not "fr"' });
  expect(read(['--prot', '1'])).toEqual({ mistake: `Unknown option '--prot'\n\n${usage}` });
  expect(read(['stop'])).toEqual({ mistake: `Unexpected argument 'stop'\n\n${usage}` });
  expect(read(['--help', '--port', 'x'])).toEqual({ help: usage });
});
