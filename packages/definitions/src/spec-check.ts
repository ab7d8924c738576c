import { workloadFindings } from './component-check.ts';
import { below, found, foundKey, notSupported } from './finding.ts';
import { meant, quoted } from './nearest.ts';
import { own } from './own.ts';
import { misfit } from './parameter.ts';
import { placeholdersIn } from './placeholders.ts';
import { textsOfWorkload } from './references.ts';
import { refusedWorkload } from './refused.ts';
import { shapeErrors } from './shape.ts';
import { shippedSpecs } from './specs.ts';
import type { DeploymentSpec, Finding } from './types.ts';

const isSpec = (value: unknown, findings: readonly Finding[]): value is DeploymentSpec =>
  value !== null && findings.every((finding) => finding.loose);

function parameterFindings({ spec }: DeploymentSpec): readonly Finding[] {
  const properties = spec.parameters?.properties ?? {};
  const defaults = Object.entries(properties).flatMap(([name, parameter]) => {
    const wrong = parameter.default === undefined ? null : misfit(parameter, parameter.default);
    return wrong === null ? [] : [found(below('/spec/parameters/properties', name, 'default'), wrong)];
  });
  const required = (spec.parameters?.required ?? []).flatMap((name, index) =>
    own(properties, name) === undefined
      ? [found(below('/spec/parameters/required', index), `unknown parameter ${quoted(name)}${meant(name, Object.keys(properties))}`)]
      : [],
  );
  const used = [...textsOfWorkload(spec.workload, '/spec/workload')].flatMap(({ pointer, text }) =>
    placeholdersIn(text).flatMap((name) => {
      const [family, parameter = ''] = name.split('.');
      if (family === 'secrets' || family === 'products' || family === 'files')
        return [{ ...notSupported(pointer, `\${${name}}`), at: 'value' as const }];
      if (family !== 'parameters' || own(properties, parameter) !== undefined) return [];
      return [found(pointer, `\${${name}}: the parameter is not declared in parameters${meant(parameter, Object.keys(properties))}`)];
    }),
  );
  return [...defaults, ...required, ...used];
}

/** All that is wrong with a deployment spec. */
export function specFindings(value: unknown): readonly Finding[] {
  const shape = shapeErrors('DeploymentSpec', value);
  if (!isSpec(value, shape)) return shape;
  const { metadata, spec } = value;
  const shipped = shippedSpecs.some((item) => item.metadata.name === metadata.name);
  return [
    ...shape,
    ...(metadata.tenant === undefined
      ? [foundKey('/metadata', 'not supported yet: deployment specs of all tenants; give metadata.tenant')]
      : []),
    ...(shipped ? [found('/metadata/name', `${metadata.name} ships with SRM; choose another name`)] : []),
    ...(spec.workload?.kind !== undefined
      ? [foundKey('/spec/workload/kind', 'the kind is said by the component; say in "for" which kinds the spec is for')]
      : []),
    ...refusedWorkload(spec.workload, '/spec/workload'),
    ...workloadFindings(spec.workload, '/spec/workload'),
    ...parameterFindings(value),
  ];
}
