type Copy = (value: unknown) => unknown;
type Fields = readonly Readonly<{ name: string; type: unknown }>[];

const same: Copy = (value) => value;

/** A function that makes plain objects of what avsc decodes by this schema (its own records have a class). Nothing is copied that is plain already. */
export function plainCopy(schema: unknown): Copy {
  if (Array.isArray(schema)) return copyOfNullable(plainCopy(schema[1]));
  if (typeof schema !== 'object' || schema === null) return same;
  if ('items' in schema) return copyOfItems(plainCopy(schema.items));
  return 'fields' in schema ? copyOfRecord(schema.fields as Fields) : same;
}

const copyOfNullable = (copy: Copy): Copy => (copy === same ? same : (value) => (value === null ? null : copy(value)));

const copyOfItems = (copy: Copy): Copy => (copy === same ? same : (value) => (value as unknown[]).map((item) => copy(item)));

function copyOfRecord(fields: Fields): Copy {
  if (fields.some((field) => field.name === '__proto__')) throw new Error('a field may not be called __proto__');
  const deep = fields.map((field) => ({ name: field.name, copy: plainCopy(field.type) })).filter((field) => field.copy !== same);
  return (value) => {
    const plain: Record<string, unknown> = { ...(value as object) };
    for (const { name, copy } of deep) plain[name] = copy(plain[name]);
    return plain;
  };
}
