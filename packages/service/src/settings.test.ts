import { inspect } from 'node:util';
import { Secret } from './secret.ts';
import { brokers, folder, folders, oneOf, port, readSettings, secret, text, webAddress, whole } from './settings.ts';

const table = {
  brokers: brokers('KAFKA_BROKERS', 'the brokers as host:port'),
  registry: webAddress('SCHEMA_REGISTRY_URL', 'the address of the registry'),
  mongodb: secret('MONGODB_URI', 'the address of MongoDB'),
  replication: whole('KAFKA_REPLICATION', 'how many copies', 3),
  port: port('PORT', 'where it answers', 7070),
  level: oneOf('info', 'warn')('LOG_LEVEL', 'info or warn', 'info'),
  data: folder('SRM_CI_FOLDER', 'a folder'),
  sources: folders('SRM_CI_SOURCES', 'folders'),
  name: text('SRM_INSTANCE', 'a name', 'one'),
};
const good = {
  KAFKA_BROKERS: 'a:9092, b:9093',
  SCHEMA_REGISTRY_URL: 'http://registry:8081/',
  MONGODB_URI: 'mongodb://u:hidden@m',
  SRM_CI_FOLDER: '/data/ci',
  SRM_CI_SOURCES: '/a:/b',
};
const files: Readonly<Record<string, string>> = { '/run/uri': 'mongodb://from-file\n' };
const readFile = (path: string): string => {
  const found = files[path];
  if (found === undefined) throw new Error(`no ${path}`);
  return found;
};
const read = (env: Readonly<Record<string, string>>) => readSettings(table, env, readFile);

test('what is set is read, what is not has its default', () => {
  expect(read({ ...good, PORT: '0', HOME: '/root' })).toEqual({
    config: {
      brokers: ['a:9092', 'b:9093'],
      registry: 'http://registry:8081',
      mongodb: new Secret('mongodb://u:hidden@m'),
      replication: 3,
      port: 0,
      level: 'info',
      data: '/data/ci',
      sources: ['/a', '/b'],
      name: 'one',
    },
  });
});

test('everything that is wrong is said at once, with what to do; unknown SRM names too; a secret is never repeated', () => {
  const wrong = {
    KAFKA_BROKERS: 'localhost',
    SCHEMA_REGISTRY_URL: 'registry:8081',
    MONGODB_URI: '',
    KAFKA_REPLICATION: 'three',
    PORT: '70000',
    LOG_LEVEL: 'loud',
    SRM_CI_SOURCES: 'a:/b',
    SRM_CI_FOLDERS: '/data',
  };
  expect(read(wrong)).toEqual({
    mistakes: [
      'KAFKA_BROKERS is no list of host:port with commas between: "localhost"; give it the brokers as host:port',
      'SCHEMA_REGISTRY_URL is no address like http://host:port: "registry:8081"; give it the address of the registry',
      'MONGODB_URI is not set: give it the address of MongoDB',
      'KAFKA_REPLICATION is no whole number: "three"; give it how many copies',
      'PORT is no port from 0 (any free one) to 65535: "70000"; give it where it answers',
      'LOG_LEVEL is none of info, warn: "loud"; give it info or warn',
      'SRM_CI_FOLDER is not set: give it a folder',
      'SRM_CI_SOURCES is no list of absolute paths with : between: "a:/b"; give it folders',
      'SRM_CI_FOLDERS is no setting of this service: take it away, or correct its name (there are KAFKA_BROKERS, SCHEMA_REGISTRY_URL, MONGODB_URI, MONGODB_URI_FILE, KAFKA_REPLICATION, PORT, LOG_LEVEL, SRM_CI_FOLDER, SRM_CI_SOURCES, SRM_INSTANCE)',
    ],
  });
});

test('a secret may lie in a file; in both places, or in none that can be read, is a mistake', () => {
  const { MONGODB_URI, ...rest } = good;
  const found = read({ ...rest, MONGODB_URI_FILE: '/run/uri' });
  expect('config' in found && found.config.mongodb.reveal()).toBe('mongodb://from-file');
  expect(read({ ...rest, MONGODB_URI, MONGODB_URI_FILE: '/run/uri' })).toEqual({
    mistakes: ['MONGODB_URI and MONGODB_URI_FILE are both set: take one of them away'],
  });
  expect(read({ ...rest, MONGODB_URI_FILE: '/run/none' })).toEqual({
    mistakes: ['MONGODB_URI_FILE names /run/none, which cannot be read: no /run/none'],
  });
});

test('a secret reads *** in JSON, in text, in what is inspected', () => {
  const hidden = new Secret('hidden');
  expect([JSON.stringify({ hidden }), `${hidden}`, inspect({ hidden }), hidden.reveal()]).toEqual([
    '{"hidden":"***"}',
    '***',
    '{ hidden: *** }',
    'hidden',
  ]);
});
