import { readFileSync } from 'node:fs';
import { apiTypes, messageTypes } from '../generate.mjs';

const committed = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

test('the types of the messages are those that the .avsc files give', () => {
  expect(committed('messages.generated.ts')).toBe(messageTypes());
});

test('the types of the HTTP interface are those that openapi.yaml gives', async () => {
  expect(committed('api.generated.ts')).toBe(await apiTypes());
});
