import { readConfig } from './config.ts';
import { sentences } from './sentences.ts';

const { usage } = sentences.en;

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

test('the help and what is wrong are told in the language that is asked for', () => {
  expect(read(['--help', '--lang', 'zh'])).toEqual({ help: sentences.zh.usage });
  expect(read(['--lang=zh', '--help'])).toEqual({ help: sentences.zh.usage });
  expect(read(['--help'], { LANG: 'zh_CN.UTF-8' })).toEqual({ help: sentences.zh.usage });
  expect(read(['--port', 'http', '--lang', 'zh'])).toEqual({ mistake: '--port 应为 0（任一空闲端口）到 65535 的数字，而不是 "http"' });
  const flags = (text: string): readonly string[] => text.match(/--[a-z]+/g) ?? [];
  expect(flags(sentences.zh.usage)).toEqual(flags(sentences.en.usage));
});

test('who holds the folder is told in Chinese, too', () => {
  const { held } = sentences.zh;
  expect(held('.srm', 'process 7 (since 2026-11-24T09:00:00.000Z)').split('：')[0]).toBe(
    '数据文件夹 .srm 正被进程 7（自 2026-11-24T09:00:00.000Z）使用',
  );
  expect(held('.srm', 'another process').split('：')[0]).toBe('数据文件夹 .srm 正被另一个进程使用');
});
