import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { avroSchemas, topics } from './index.ts';

type Channel = Readonly<{
  address: string;
  description: string;
  'x-key': string;
  bindings: Readonly<{ kafka: Readonly<{ topic: string; partitions: number; topicConfiguration: Readonly<Record<string, unknown>> }> }>;
  messages: Readonly<Record<string, Readonly<{ $ref: string }>>>;
}>;
type Message = Readonly<{ payload: Readonly<{ schema: Readonly<{ $ref: string }> }> }>;
type Document = Readonly<{
  channels: Readonly<Record<string, Channel>>;
  operations: Readonly<Record<string, Readonly<{ channel: Readonly<{ $ref: string }> }>>>;
  components: Readonly<{ messages: Readonly<Record<string, Message>> }>;
}>;

const document: Document = parse(readFileSync(new URL('../asyncapi.yaml', import.meta.url), 'utf8'));

test('asyncapi.yaml has the topics of the table: name, content, key, partitions, retention', () => {
  const written = Object.entries(document.channels).map(([id, { address, description, bindings, ...rest }]) => {
    const { topic, partitions, topicConfiguration } = bindings.kafka;
    return [id, address, topic, description, rest['x-key'], partitions, topicConfiguration];
  });
  const table = Object.entries(topics).map(([id, { name, content, key, partitions, retention }]) => {
    const settings = { 'cleanup.policy': ['delete'], 'retention.ms': retention === 'forever' ? -1 : retention };
    return [id, name, name, content, key, partitions, settings];
  });
  expect(written).toStrictEqual(table);
});

test('every message stands in asyncapi.yaml with its schema, and goes over some topic', () => {
  const described = Object.entries(document.components.messages).map(([name, { payload }]) => [name, payload.schema.$ref]);
  expect(described).toStrictEqual([...avroSchemas.keys()].map((name) => [name, `./avro/${name}.avsc`]));
  const said = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));
  expect([...new Set(said)].sort()).toStrictEqual([...avroSchemas.keys()]);
});

test('every topic has somebody who uses it', () => {
  const used = Object.values(document.operations).map(({ channel }) => channel.$ref);
  expect(used).toStrictEqual(Object.keys(topics).map((id) => `#/channels/${id}`));
});
