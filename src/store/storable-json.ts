const UNSTORABLE = /\\u0000|\\ud[89a-f]/;
/** The same, but not where the backslash itself was escaped. */
const SURELY_UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function storable(text: string): string {
  return text.replaceAll("\u0000", "").toWellFormed();
}

/**
 * The value as JSON that PostgreSQL can hold: `jsonb` knows neither NUL nor half a surrogate pair, so NUL is left out and
 * halves are replaced by U+FFFD in every text.
 */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!UNSTORABLE.test(json)) return json;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? storable(part) : part));
}

/** Whether a value's texts can be stored as they are. */
export function isStorable(value: unknown): boolean {
  return !SURELY_UNSTORABLE.test(JSON.stringify(value));
}
