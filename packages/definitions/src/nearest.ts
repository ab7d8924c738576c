const longest = 64;
const most = 1000;

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known name that was probably meant, or null. Not looked for among more than a thousand. */
export function nearest<T extends string>(name: string, known: readonly T[]): T | null {
  if (name.length > longest || known.length > most) return null;
  const allowed = Math.max(1, Math.floor(name.length / 3));
  let best: Readonly<{ name: T; distance: number }> | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > allowed) continue;
    const apart = distance(name.toLowerCase(), candidate.toLowerCase());
    if (apart <= allowed && (best === null || apart < best.distance)) best = { name: candidate, distance: apart };
  }
  return best?.name ?? null;
}

const shown = 60;

/** A value as it stands in a sentence: one line, cut when long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > shown ? `${text.slice(0, shown)}…${typeof value === 'string' ? '"' : ''}` : text;
}

/** `; did you mean "store"?`, or what there is when few, or nothing. */
export function meant(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== null) return `; did you mean ${quoted(near)}?`;
  return known.length > 0 && known.length <= 12 ? `; known: ${known.join(', ')}` : '';
}
