import { readFileSync } from 'node:fs';
import { shapeErrors } from '@srm/definitions';
import { openapiFile } from '@srm/schemas';
import { goodStory, key, operation, told } from '../testing.ts';
import { door } from '../testing-door.ts';

/** Paths and methods as openapi.yaml lists them: two and four blanks deep, below `paths:`. */
function written(): readonly string[] {
  const [, paths = ''] = readFileSync(openapiFile, 'utf8').split(/^(?:paths|components):$/m);
  let path = '';
  return paths.split('\n').flatMap((line) => {
    path = /^ {2}(\/\S*):$/.exec(line)?.[1] ?? path;
    const method = /^ {4}(get|post|put|delete):$/.exec(line)?.[1];
    return method === undefined ? [] : [`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`];
  });
}

test('the routes are those of openapi.yaml', () => {
  const served = door()
    .service.routes.map(({ method, path }) => `${method} ${path}`)
    .filter((route) => route.includes(' /v1/'));
  const spelled = new Set(served.map((route) => route.replace(/\/steps\/.*\/log$/, '/steps/:step/log')));
  expect([...spelled].sort()).toEqual([...written()].sort());
});

test('what is answered has the shape that openapi.yaml says', async () => {
  const at = door();
  await at.tell(told(key, goodStory));
  const errors = async (url: string, schema: string) => {
    const { json, text } = await at.call('GET', url);
    return shapeErrors(schema, json ?? JSON.parse(text));
  };
  expect([
    await errors(`/v1/operations/${operation}`, 'Operation'),
    await errors('/v1/operations', 'OperationList'),
    await errors(`/v1/operations/${operation}/steps`, 'StepList'),
    await errors(`/v1/operations/${operation}/events`, 'EventList'),
    await errors('/v1/resources', 'ResourceList'),
    await errors('/v1/operations/nobody', 'Problem'),
  ]).toEqual([[], [], [], [], [], []]);
});
