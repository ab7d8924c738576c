import { readFileSync } from 'node:fs';
import { openapiFile } from '@srm/schemas';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { isObject } from './own.ts';
import { findingsOf } from './sentences.ts';
import type { Finding } from './types.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true, ownProperties: true, logger: false });
const compiled = new Map<string, ValidateFunction>();

function shape(name: string): ValidateFunction {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  if (compiled.size === 0) {
    const openapi: unknown = parse(readFileSync(openapiFile, 'utf8'));
    if (!isObject(openapi)) throw new Error('openapi.yaml is empty');
    ajv.addSchema({ ...openapi, $id: 'srm' });
  }
  const made = ajv.compile({ $ref: `srm#/components/schemas/${name}` });
  compiled.set(name, made);
  return made;
}

/** All that is wrong with the shape of a value, by a schema of openapi.yaml's components; [] when it fits. */
export function shapeErrors(schema: string, value: unknown): readonly Finding[] {
  const check = shape(schema);
  return check(value) ? [] : findingsOf(check.errors ?? []);
}
