/** Returns the own keys of a value that may be anything: its entries where it is an object, else none. */
export function asObject(value: unknown): { readonly [key: string]: unknown } {
  return isObject(value) ? value : {};
}

/** Returns a value that may be anything as a list: itself where it is one, else empty. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns whether a value is an object with keys (no list, not `null`). */
export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
