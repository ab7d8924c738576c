import fc from 'fast-check';
import { plan } from './plan.ts';
import type { PlanStep } from './step.ts';
import { development, input, planned, runs } from './testing.ts';

type Made = Readonly<{
  kind: 'library' | 'service' | 'job';
  needs: readonly number[];
  depends: readonly number[];
  wants: readonly number[];
}>;

/** Components that need, depend on and want only earlier ones; then shuffled. */
const products = fc
  .array(
    fc.record({
      kind: fc.constantFrom<Made['kind']>('library', 'service', 'service', 'job'),
      needs: fc.array(fc.nat(30), { maxLength: 3 }),
      depends: fc.array(fc.nat(30), { maxLength: 3 }),
      wants: fc.array(fc.nat(30), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .chain((made) =>
    fc.record({
      made: fc.constant(made),
      order: fc.shuffledSubarray([...made.keys()], { minLength: made.length, maxLength: made.length }),
    }),
  );

const url = 'http://${service.host}:${service.ports.http}';

function components(made: readonly Made[]) {
  const before = (all: readonly number[], index: number, runsOnly: boolean): readonly string[] =>
    [...new Set(all)].filter((n) => n < index && (!runsOnly || made[n]?.kind !== 'library')).map((n) => `c${n}`);
  return made.map(({ kind, needs, depends, wants }, index) => {
    const build = {
      run: [['make']],
      output: 'dist',
      needs: Object.fromEntries(before(needs, index, false).map((name) => [name, `vendor/${name}`])),
    };
    const built = { name: `c${index}`, source: { path: '/s' }, build };
    if (kind === 'library') return { ...built, type: 'library' };
    const wanted = before(wants, index, true).filter((name) => made[Number(name.slice(1))]?.kind === 'service');
    const variables = Object.fromEntries(wanted.map((name) => [`URL_${name}`, `\${components.${name}.url}`]));
    return {
      ...built,
      package: { files: { dist: '/app' } },
      dependsOn: before(depends, index, true),
      workload: { kind, command: ['a'], variables, ports: { http: { port: 80 } } },
      ...(kind === 'service' ? { outputs: { url } } : {}),
    };
  });
}

const text = (all: readonly object[]): string =>
  `${JSON.stringify({ apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'shop' }, spec: { components: all } })}\n---\n${development()}`;

/** All that comes before each step, however far; throws where a step comes before itself. */
function before(steps: readonly PlanStep[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const known = new Map<string, Set<string>>();
  const of = (id: string, path: readonly string[]): Set<string> => {
    if (path.includes(id)) throw new Error(`a cycle at ${id}`);
    const made = known.get(id) ?? new Set((byId.get(id)?.dependsOn ?? []).flatMap((need) => [need, ...of(need, [...path, id])]));
    known.set(id, made);
    return made;
  };
  for (const { id } of steps) of(id, []);
  return known;
}

const ordered = <T>(order: readonly number[], all: readonly T[]): readonly T[] => order.flatMap((n) => all.slice(n, n + 1));

test('law: steps are there once, name only steps of the plan, and every edge of the definition orders its phases', () => {
  fc.assert(
    fc.property(products, ({ made, order }) => {
      const all = components(made);
      const { steps } = planned(input(text(ordered(order, all))));
      const ids = new Set(steps.map(({ id }) => id));
      expect(ids.size).toBe(steps.length);
      for (const step of steps)
        for (const need of [...step.dependsOn, ...step.inputs.flatMap((item) => item.step ?? [])]) expect(ids).toContain(need);
      const earlier = before(steps);
      for (const step of steps) for (const { step: from } of step.inputs) if (from !== null) expect(earlier.get(step.id)).toContain(from);
      for (const component of all) {
        for (const need of Object.keys(component.build.needs))
          expect(earlier.get(`${component.name}/compile`)).toContain(`${need}/compile`);
        if (!('workload' in component)) continue;
        expect(earlier.get(`${component.name}/package`)).toContain(`${component.name}/compile`);
        expect(earlier.get(`${component.name}/deploy`)).toContain(`${component.name}/package`);
        const wanted = Object.values(component.workload.variables).map((value) => value.split('.')[1] ?? '');
        for (const name of [...component.dependsOn, ...wanted]) {
          expect(earlier.get(`${component.name}/configure`)).toContain(`${name}/${ids.has(`${name}/publish`) ? 'publish' : 'deploy'}`);
        }
      }
    }),
    { numRuns: 100 },
  );
});

/** The same value with its keys in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  );
}

test('law: the digest of a plan does not change with the order of keys', () => {
  fc.assert(
    fc.property(products, ({ made }) => {
      const all = components(made);
      const swapped = all.map((component) => turned(component) as object);
      expect(planned(input(text(swapped))).planDigest).toBe(planned(input(text(all))).planDigest);
    }),
    { numRuns: 50 },
  );
});

test('law: a stop is a start turned round, whatever part of the product it is about', () => {
  fc.assert(
    fc.property(products, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), ({ made }, mask) => {
      const all = components(made);
      const chosen = all
        .filter((component, index) => 'workload' in component && component.workload.kind !== 'job' && mask[index] === true)
        .map(({ name }) => name);
      const steps = (kind: 'start' | 'stop') => {
        const running = chosen.map((name) => runs(`shop/${name}`, kind === 'start' ? 'stopped' : 'running'));
        return planned(input(text(all), { request: { kind }, running })).steps;
      };
      const [starts, stops] = [before(steps('start')), before(steps('stop'))];
      expect([...starts.keys()].sort()).toEqual(chosen.map((name) => `${name}/start`).sort());
      for (const a of chosen) {
        for (const b of chosen) expect(starts.get(`${a}/start`)?.has(`${b}/start`)).toBe(stops.get(`${b}/stop`)?.has(`${a}/stop`));
      }
    }),
    { numRuns: 100 },
  );
});

test('law: a destroy is a restart turned round, and takes jobs and what was published too; a part is refused exactly when something outside needs it', () => {
  fc.assert(
    fc.property(products, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), ({ made }, mask) => {
      const all = components(made);
      const deployed = all.filter((component) => 'workload' in component);
      const isJob = (name: string): boolean => made[Number(name.slice(1))]?.kind === 'job';
      const part = deployed.map(({ name }) => name).filter((name) => mask[Number(name.slice(1))] === true);
      const running = deployed.map(({ name }) => runs(`shop/${name}`, isJob(name) ? 'completed' : 'running'));
      const given = (kind: string, names: readonly string[], force: boolean) =>
        input(text(all), { request: { kind, components: names, force }, running });
      const services = part.filter((name) => !isJob(name));
      const [restarts, destroys] = [
        before(services.length === 0 ? [] : planned(given('restart', services, false)).steps),
        before(part.length === 0 ? [] : planned(given('destroy', part, true)).steps),
      ];
      expect([...restarts.keys()].sort()).toEqual(services.map((name) => `${name}/restart`).sort());
      const withdrawn = services.map((name) => `${name}/withdraw`);
      expect([...destroys.keys()].sort()).toEqual([...part.map((name) => `${name}/destroy`), ...withdrawn].sort());
      for (const a of services) {
        expect(destroys.get(`${a}/withdraw`)).toContain(`${a}/destroy`);
        for (const b of services)
          expect(restarts.get(`${a}/restart`)?.has(`${b}/restart`)).toBe(destroys.get(`${b}/destroy`)?.has(`${a}/destroy`));
      }
      const whole = before(planned(given('destroy', [], false)).steps);
      const needs = (name: string): boolean => part.some((other) => whole.get(`${other}/destroy`)?.has(`${name}/destroy`));
      const hurt = deployed.map(({ name }) => name).some((name) => !part.includes(name) && !isJob(name) && needs(name));
      expect([part.length > 0 && 'errors' in plan(given('destroy', part, false)), hurt]).toEqual([hurt, hurt]);
    }),
    { numRuns: 100 },
  );
});

test('a chain of ten thousand components is planned without recursion, and wide and tangled ones of two thousand', () => {
  const shapes: readonly (readonly [number, (n: number) => readonly number[]])[] = [
    [10_000, (n) => (n === 0 ? [] : [n - 1])],
    [2000, (n) => (n === 0 ? [] : [0])],
    [2000, (n) => [n >> 1, n >> 2, n >> 3].filter((m) => m < n)],
  ];
  for (const [size, shape] of shapes) {
    const names = Array.from({ length: size }, (_, n) => ({ name: `c${n}`, needs: [...new Set(shape(n))].map((m) => `c${m}`) }));
    const all = names.map(({ name, needs }) => ({
      name,
      source: { path: '/s' },
      build: { run: [['make']], output: 'o', needs: Object.fromEntries(needs.map((need) => [need, need])) },
      package: { files: { o: '/app' } },
      dependsOn: needs,
      workload: { command: ['a'] },
    }));
    const { product, ...given } = input(text([{ ...all[0] }]));
    const material = { components: names.map(({ name }) => ({ name, revision: `sha256:${'0'.repeat(64)}`, dirty: false })) };
    const result = plan({ ...given, material, product: { ...product, spec: { components: all } } });
    expect('steps' in result ? result.steps.length : result.errors).toBe(size * 4);
  }
});
