import { planOf, text, type Law, type Noted, type Told } from './evidence.ts';

/** I4: nothing is undone but in a compensation, each step once, each after the undo of those that depend on it; an undo restores the version before if there was one, and nothing is compensated that another operation now owns. */
export const undo: Law = ({ operations, effects }) => {
  const owner = new Map(
    operations.flatMap(({ id, events }) =>
      events.flatMap((event) => (event.type === 'StepRequested' ? [[text(event, 'job'), id] as const] : [])),
    ),
  );
  const own = new Map<string, Noted[]>();
  for (const effect of effects) {
    const id = owner.get(effect.job) ?? '';
    own.set(id, [...(own.get(id) ?? []), effect]);
  }
  return [...operations.flatMap((told) => undone(told, own.get(told.id) ?? [])), ...othersUndone(effects, owner)];
};

const undoneStep = ({ step }: Noted): string => step.slice(0, -'/undo'.length);

function undone(told: Told, effects: readonly Noted[]): readonly string[] {
  const { id, events } = told;
  const plan = planOf(told);
  const undos = effects.filter((effect) => effect.action === 'undo');
  const order = undos.map(undoneStep);
  const compensated = events.some((event) => event.type === 'CompensationStarted');
  const broken: string[] = [];
  if (!compensated && order.length > 0) broken.push(`I4 ${id}: ${order.join(', ')} undone without compensation`);
  for (const [n, step] of order.entries())
    for (const dependent of plan.filter(({ dependsOn }) => dependsOn.includes(step)))
      if (order.indexOf(dependent.id) > n) broken.push(`I4 ${id}: ${step} was undone before ${dependent.id}, which stands on it`);
  return [...broken, ...restored(id, effects)];
}

/** After the undo of a step there is what was there before the first of its effects. */
function restored(id: string, effects: readonly Noted[]): readonly string[] {
  const broken: string[] = [];
  for (const effect of effects) {
    if (effect.action !== 'undo' || effect.after === undefined) continue;
    const first = effects.find((one) => one.step === undoneStep(effect));
    if (first === undefined) continue;
    if (first.before !== effect.after)
      broken.push(`I4 ${id}: the undo of ${first.step} left ${effect.after ?? 'nothing'}; before was ${first.before ?? 'nothing'}`);
  }
  return broken;
}

/** An undo never takes away what another operation has done since. An undo of what may have happened and did not is the first that its operation does. */
function othersUndone(effects: readonly Noted[], owner: ReadonlyMap<string, string>): readonly string[] {
  const last = new Map<string, Noted>();
  const touched = new Set<string>();
  const broken: string[] = [];
  for (const effect of effects) {
    if (effect.address === undefined) continue;
    const before = last.get(effect.address);
    const [mine, others] = [owner.get(effect.job), before === undefined ? undefined : owner.get(before.job)];
    const place = `${mine} ${effect.address}`;
    if (effect.action === 'undo' && before !== undefined && mine !== others && touched.has(place))
      broken.push(`I4 ${mine}: ${effect.step} changed ${effect.address}, which ${others} had changed since`);
    last.set(effect.address, effect);
    touched.add(place);
  }
  return broken;
}
