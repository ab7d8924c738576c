const seed = 0x9747b28c;
const m = 0x5bd1e995;

const mixed = (k: number): number => {
  const once = Math.imul(k, m);
  return Math.imul(once ^ (once >>> 24), m);
};

/** The hash by which Kafka's clients choose a partition, as an unsigned 32-bit number. */
export function murmur2(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  const whole = bytes.length & ~3;
  let h = seed ^ bytes.length;
  for (let at = 0; at < whole; at += 4) h = Math.imul(h, m) ^ mixed(bytes.readInt32LE(at));
  if (whole < bytes.length) h = Math.imul(h ^ bytes.readUIntLE(whole, bytes.length - whole), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return (h ^ (h >>> 15)) >>> 0;
}

/** The partition of a key: the same as a Kafka client in any language chooses. */
export const partitionOf = (key: string, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;
