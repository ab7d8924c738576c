const placeholder = /\$\$\{|\$\{([^}]*)\}/g;

/** The names between `${` and `}`, each once, in order; `$${` is an escaped `${`. */
export const placeholdersIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(placeholder)].flatMap((match) => (match[1] === undefined ? [] : [match[1]]))),
];

/** The text with its placeholders filled in. Throws when a value is missing. */
export const fill = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(placeholder, (whole, name: string | undefined) => {
    if (name === undefined) return '${';
    const value = values.get(name);
    if (value === undefined) throw new Error(`nothing provides ${whole}`);
    return value;
  });
