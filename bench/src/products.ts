import { randomFrom, type Random } from './random.ts';

/** Which earlier components each component needs, by index. */
export type Shape = readonly (readonly number[])[];

export const wide = (count: number): Shape => Array.from({ length: count }, () => []);
export const chain = (count: number): Shape => Array.from({ length: count }, (_, n) => (n === 0 ? [] : [n - 1]));

/** `layers` layers of equal width; each component needs up to three of the layer before. */
export function layered(count: number, layers: number, random: Random): Shape {
  const width = Math.ceil(count / layers);
  return Array.from({ length: count }, (_, n) => {
    const start = (Math.floor(n / width) - 1) * width;
    return start < 0 ? [] : [...new Set(Array.from({ length: 1 + random.below(3) }, () => start + random.below(width)))];
  });
}

export const shapes = {
  wide,
  chain,
  random: (count: number, seed = 1): Shape => layered(count, Math.max(2, Math.round(Math.sqrt(count) / 2)), randomFrom(seed)),
} as const;
export type ShapeName = keyof typeof shapes;

export type Phases = Readonly<{
  /** Each component says its address and learns those of what it needs: with `configure` and `publish`, five steps a component in the place of four. */
  publishes: boolean;
}>;

const nameOf = (n: number): string => `c${n}`;

/** A product of this shape and an environment for it, as one text. */
export function definitions(
  product: string,
  shape: Shape,
  { publishes }: Phases = { publishes: true },
  environment = 'development',
): string {
  const components = shape.map((needs, n) => ({
    name: nameOf(n),
    source: { path: '/src' },
    build: { run: [['true']], output: 'dist' },
    package: { files: { dist: '/app' }, workdir: '/app' },
    workload: {
      command: ['node', 'main.js'],
      ports: { http: { port: 8080 } },
      variables: publishes ? Object.fromEntries(needs.map((need) => [`NEED_${need}`, `\${components.${nameOf(need)}.url}`])) : {},
    },
    ...(publishes ? { outputs: { url: 'http://${service.host}:${service.ports.http}' } } : { dependsOn: needs.map(nameOf) }),
  }));
  const documents = [
    { kind: 'Product', metadata: { name: product }, spec: { components } },
    { kind: 'Environment', metadata: { name: environment }, spec: { stage: 'development', target: { driver: 'process' } } },
  ];
  return documents.map((document) => JSON.stringify({ apiVersion: 'srm/v1', ...document })).join('\n---\n');
}
