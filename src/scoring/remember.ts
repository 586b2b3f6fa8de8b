const MOST_TEXTS = 256;
const LONGEST_TEXT = 200;

/** Returns `compute` with its results for recent short texts kept: property values repeat from record to record. */
export function remember<Result extends boolean | number | readonly number[]>(
  compute: (text: string) => Result,
): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const result = compute(text);
    if (text.length > LONGEST_TEXT) return result;
    if (known.size >= MOST_TEXTS) known.clear();
    known.set(text, result);
    return result;
  };
}
