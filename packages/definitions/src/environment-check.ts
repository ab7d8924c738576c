import { refusedEnvironment } from './refused.ts';
import { shapeErrors } from './shape.ts';
import type { Environment, Finding } from './types.ts';

const isReadable = (value: unknown, findings: readonly Finding[]): value is Environment =>
  value !== null && findings.every((finding) => finding.loose || !/^(\/spec(\/target.*)?)?$/.test(finding.pointer));

/** All that is wrong with an environment. Whether what it says of components fits them is seen when a product is planned. */
export function environmentFindings(value: unknown): readonly Finding[] {
  const shape = shapeErrors('Environment', value);
  return isReadable(value, shape) ? [...shape, ...refusedEnvironment(value)] : shape;
}
