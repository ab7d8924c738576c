import { wrong } from './testing/texts.ts';

const spec = (changes: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    apiVersion: 'srm/v1',
    kind: 'DeploymentSpec',
    metadata: { name: 'small', tenant: 'acme', ...metadata },
    spec: { for: ['service'], ...changes },
  });
const parameters = (
  properties: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  parameters: { type: 'object', additionalProperties: false, properties, ...more },
});

test("a tenant's own spec with parameters is right", () => {
  const changes = {
    ...parameters({ mode: { type: 'string', enum: ['a', 'b'], default: 'a' } }),
    workload: { variables: { MODE: '${parameters.mode}' }, settle: '5s' },
  };
  expect(wrong(spec(changes))).toEqual([]);
});

test('defaults fit, and what is required or used is declared', () => {
  const changes = {
    ...parameters({ mode: { type: 'string', enum: ['a'], default: 'b' } }, { required: ['mod'] }),
    workload: { variables: { MODE: '${parameters.mod}', KEY: '${secrets.key}' } },
  };
  expect(wrong(spec(changes))).toEqual([
    '/spec/parameters/properties/mode/default: "b" is none of "a"',
    '/spec/parameters/required/0: unknown parameter "mod"; did you mean "mode"?',
    '/spec/workload/variables/MODE: ${parameters.mod}: the parameter is not declared in parameters; did you mean "mode"?',
    '/spec/workload/variables/KEY: not supported yet: ${secrets.key}',
  ]);
});

test('parameters are one plain object, so that a schema can do no harm', () => {
  expect(wrong(spec(parameters({ mode: { type: 'string', pattern: '(a+)+$' } }, { $ref: 'http://a' })))).toEqual([
    '/spec/parameters/properties/mode/pattern: unknown key "pattern"; known: type, title, description, default, enum, minimum, maximum, minLength, maxLength',
    '/spec/parameters/$ref: unknown key "$ref"; known: type, additionalProperties, required, properties',
  ]);
});

test("the kind is the component's, the names of the shipped specs are taken", () => {
  expect(wrong(spec({ workload: { kind: 'job' } }, { name: 'single' }))).toEqual([
    '/metadata/name: single ships with SRM; choose another name',
    '/spec/workload/kind: the kind is said by the component; say in "for" which kinds the spec is for',
  ]);
});
