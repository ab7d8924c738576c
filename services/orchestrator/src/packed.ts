/** A state with its maps and sets, in their order, as plain JSON. Throws where `unpacked` could not give back the same. */
export function packed(value: unknown): unknown {
  if (value instanceof Map) return { $map: [...value].map(([key, one]) => [packed(key), packed(one)]) };
  if (value instanceof Set) return { $set: [...value].map(packed) };
  if (Array.isArray(value)) return value.map(packed);
  if (value === null || typeof value !== 'object') {
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) throw new Error(`${value} is no JSON`);
    return value;
  }
  // Not by the very prototype: an object of another realm is as plain.
  if (Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype) !== null)
    throw new Error(`${value.constructor.name} is no plain object`);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (name.startsWith('$') || name === '__proto__') throw new Error(`${name} cannot be the name of a field`);
      return [name, packed(one)];
    }),
  );
}

export function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpacked);
  if (value === null || typeof value !== 'object') return value;
  if ('$map' in value)
    return new Map((value.$map as readonly (readonly [unknown, unknown])[]).map(([key, one]) => [unpacked(key), unpacked(one)]));
  if ('$set' in value) return new Set((value.$set as readonly unknown[]).map(unpacked));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpacked(one)]));
}
