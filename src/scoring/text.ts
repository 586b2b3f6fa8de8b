const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Returns text as all comparisons see it: trimmed and in lower case. */
export function foldText(text: string): string {
  return text.trim().toLowerCase();
}

/** Returns the folded options of an enumeration's text (`;` between them), empty parts dropped. */
export function readOptions(text: string): string[] {
  if (!text.includes(";")) {
    const only = foldText(text);
    return only === "" ? [] : [only];
  }
  return text
    .split(";")
    .map(foldText)
    .filter((option) => option !== "");
}

/** Returns the finite number that the text writes in decimal, or `null`. */
export function readNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed)) return null;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : null;
}
