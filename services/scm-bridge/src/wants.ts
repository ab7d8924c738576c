/** An input that is not what the planner writes, in a sentence. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused';
}

/** An output of another component that a component needs: `components.store.url`. */
export type Want = Readonly<{ name: string; component: string; output: string }>;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const isWant = (value: unknown): value is Want =>
  isRecord(value) && typeof value.name === 'string' && typeof value.component === 'string' && typeof value.output === 'string';

const parsed = (name: string, text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    throw new InputRefused(`input "${name}" is not JSON`);
  }
};

/** Throws a sentence where the input is not what the planner writes. */
export const wantsOf = (text: string | undefined): readonly Want[] => {
  const wants = parsed('wants', text) ?? [];
  if (!Array.isArray(wants) || !wants.every(isWant)) throw new InputRefused('input "wants" is not a list of { name, component, output }');
  return wants;
};

/** `config.<key>` to its value as text. */
export const configOf = (text: string | undefined): readonly (readonly [string, string])[] => {
  const config = parsed('config', text) ?? {};
  if (!isRecord(config)) throw new InputRefused('input "config" is not an object');
  return Object.entries(config).map(([key, value]) => [`config.${key}`, typeof value === 'string' ? value : JSON.stringify(value)]);
};

/** What the items were before a publish or a withdrawal; value null: there was none, or it was removed. */
export type Former = Readonly<{ key: string; value: string | null; revision: number }>;

const isFormer = (value: unknown): value is Former =>
  isRecord(value) &&
  typeof value.key === 'string' &&
  typeof value.revision === 'number' &&
  (value.value === null || typeof value.value === 'string');

export const formersOf = (restorePoint: string | null): readonly Former[] => {
  const point = parsed('restorePoint', restorePoint ?? undefined);
  if (point === null) return [];
  if (!isRecord(point) || !Array.isArray(point.items) || !point.items.every(isFormer))
    throw new InputRefused('the restore point is not one of publish or withdraw');
  return point.items;
};
