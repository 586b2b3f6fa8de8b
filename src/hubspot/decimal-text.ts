/** Returns a thousandth of a decimal number in its shortest decimal text, exactly; undefined for any other text. */
export function thousandthOf(text: string): string | undefined {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole.padStart(4, "0");
  const newWhole = digits.slice(0, -3).replace(/^0+(?=\d)/, "");
  const newFraction = (digits.slice(-3) + fraction).replace(/0+$/, "");
  if (newFraction === "") return newWhole === "0" ? "0" : `${sign}${newWhole}`;
  return `${sign}${newWhole}.${newFraction}`;
}
