import { below, notSupported } from './finding.ts';
import type { Component, Environment, Finding, Probe, Product, Workload } from './types.ts';

type Part = readonly [keys: readonly (string | number)[], present: unknown, what: string];

const refuse = (pointer: string, parts: readonly Part[]): readonly Finding[] =>
  parts
    .filter(([, present]) => present !== undefined && present !== false)
    .map(([keys, , what]) => notSupported(below(pointer, ...keys), what));

function refusedProbe(probe: Probe | undefined, pointer: string): readonly Finding[] {
  const get = probe?.httpGet;
  return refuse(pointer, [
    [['httpGet', 'host'], get?.host, 'host of a probe; leave it out, the component itself is asked'],
    [['httpGet', 'scheme'], get?.scheme === 'HTTPS' ? true : undefined, 'scheme HTTPS of a probe; use HTTP'],
  ]);
}

/** What of a workload is not built yet, wherever it would run. */
export function refusedWorkload(workload: Workload | undefined, pointer: string): readonly Finding[] {
  if (workload === undefined) return [];
  const volumes = Object.entries(workload.volumes ?? {}).flatMap(([path, volume]) =>
    refuse(below(pointer, 'volumes', path), [
      [['path'], volume.path, 'path of a volume; leave it out, the whole volume is used'],
      [['readOnly'], volume.readOnly, 'readOnly volumes'],
    ]),
  );
  const ports = Object.entries(workload.ports ?? {}).flatMap(([name, port]) =>
    refuse(below(pointer, 'ports', name), [
      [['targetPort'], port.targetPort, 'targetPort; write the port that the component listens on as port'],
      [['protocol'], port.protocol === 'UDP' ? true : undefined, 'protocol UDP; use TCP'],
    ]),
  );
  return [
    ...refuse(pointer, [
      [['kind'], workload.kind === 'stateful' ? true : undefined, 'kind stateful; a service may have volumes'],
      [['files'], workload.files, 'files of a workload; put them into the package'],
    ]),
    ...volumes,
    ...ports,
    ...refusedProbe(workload.readinessProbe, below(pointer, 'readinessProbe')),
    ...refusedProbe(workload.livenessProbe, below(pointer, 'livenessProbe')),
  ];
}

/** What of a component is parsed and not built yet. */
export function refusedComponent(component: Component, pointer: string): readonly Finding[] {
  const outputs = Object.entries(component.outputs ?? {}).flatMap(([name, output]) =>
    refuse(below(pointer, 'outputs', name), [[['secret'], typeof output === 'object' ? output.secret : undefined, 'secret outputs']]),
  );
  const dependencies = (component.dependsOn ?? []).flatMap((dependency, index) =>
    typeof dependency === 'string'
      ? []
      : refuse(below(pointer, 'dependsOn', index), [
          [['soft'], dependency.soft, 'soft dependencies'],
          [['product'], dependency.product, 'dependencies on other products'],
          [['version'], dependency.product === undefined ? dependency.version : undefined, 'versions of dependencies'],
        ]),
  );
  return [
    ...refuse(pointer, [
      [['type'], component.type === 'external' ? true : undefined, 'type external'],
      [['source', 'git'], component.source?.git, 'source.git; use source.path, a folder'],
      [['source', 'ref'], component.source?.ref, 'source.ref'],
      [['build', 'job'], component.build?.job, 'build.job; use build.run and build.output'],
      [['package', 'base'], component.package?.base, 'package.base'],
      [['package', 'dockerfile'], component.package?.dockerfile, 'package.dockerfile; use package.files'],
      [['image'], component.image, 'image; use source, build and package'],
      [['imageOf'], component.imageOf, 'imageOf; use source, build and package'],
    ]),
    ...refusedWorkload(component.workload, below(pointer, 'workload')),
    ...outputs,
    ...dependencies,
  ];
}

export const refusedProduct = (product: Product): readonly Finding[] =>
  refuse('', [[['spec', 'secrets'], product.spec.secrets, 'secrets']]);

export function refusedEnvironment(environment: Environment): readonly Finding[] {
  const { target, secrets, bind } = environment.spec;
  const extra = target.driver === 'process' ? Object.keys(target).filter((key) => key !== 'driver' && !key.startsWith('x-')) : [];
  return [
    ...refuse('/spec', [
      [['target', 'driver'], target.driver === 'process' ? undefined : true, `target driver ${target.driver}; use process`],
      [['secrets'], secrets, 'secrets'],
      [['bind'], bind, 'bind'],
    ]),
    ...extra.map((key) => ({ ...notSupported(below('/spec/target', key), `${key} of the target process; it takes only driver`) })),
  ];
}
