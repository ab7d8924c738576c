import { below, found, foundKey } from './finding.ts';
import type { Finding } from './types.ts';

const deepest = 64;
const heaviest = 32 * 1024 * 1024;
const control = /[\p{Surrogate}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;

function scalarFinding(pointer: string, value: unknown): Finding | null {
  if (typeof value === 'string') {
    return control.test(value) ? found(pointer, 'the text has control characters or half characters; leave them out') : null;
  }
  if (typeof value !== 'number') return null;
  if (!Number.isFinite(value)) return found(pointer, 'this is not a number that can be kept; write a finite one');
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? found(pointer, 'the number is too large to be kept exactly; write it in quotes')
    : null;
}

/** What no document may hold, whatever its kind: at most one finding a value. Without recursion, and never over much more than is allowed. */
export function plainErrors(root: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  const open: { pointer: string; value: unknown; depth: number }[] = [{ pointer: '', value: root, depth: 0 }];
  let weight = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { pointer, value, depth } = next;
    if (depth > deepest) return [found(pointer.split('/').slice(0, 8).join('/'), `nested too deep; at most ${deepest} levels`)];
    weight += typeof value === 'string' ? value.length + 8 : 8;
    if (weight > heaviest) return [found('', 'the document is too large once its aliases are written out')];
    const finding = scalarFinding(pointer, value);
    if (finding !== null) findings.push(finding);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      weight += key.length;
      if (key === '__proto__' || control.test(key))
        findings.push(foundKey(below(pointer, key), 'this key is not allowed; choose another name'));
      else open.push({ pointer: below(pointer, key), value: item, depth: depth + 1 });
    }
  }
  return findings;
}
