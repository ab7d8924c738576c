/** `a, b, c`; of more than `most` the first ones, and how many more there are. */
export const listed = (names: readonly string[], most: number): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
