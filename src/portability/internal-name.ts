import { internalName } from "../scoring/schema-fields.ts";

const MOST = 90;

/** Returns an internal name made of a text: lower-case letters, digits and `_`, beginning with a letter. */
export function internalNameOf(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "");
  const joined = plain.replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "");
  return joined.slice(0, MOST) || "score";
}

/** Returns whether a text may be a property's internal name. */
export function isInternalName(text: string): boolean {
  return internalName.safeParse(text).success;
}
