import type { Problem } from "./operands.ts";
import { asObject } from "./soft-read.ts";

const LONGEST = 100;

/** The further properties of a score, beside its value. */
export type FurtherProperty = "threshold" | "engagement" | "fit" | "reset_at";

/** Every further property, in the order in which they are listed. */
export const FURTHER_PROPERTIES: readonly FurtherProperty[] = ["threshold", "engagement", "fit", "reset_at"];

/** Returns whether a score writes a further property, by its type and whether it has thresholds. */
export function writesProperty(
  definition: { readonly type?: unknown; readonly thresholds?: unknown },
  property: FurtherProperty,
): boolean {
  if (property === "threshold") return definition.thresholds !== undefined;
  if (property === "reset_at") return definition.type !== "fit";
  return definition.type === "combined";
}

type NamedDocument = {
  readonly type?: unknown;
  readonly thresholds?: unknown;
  readonly property?: unknown;
};

/** Returns what is wrong with the names of a definition's written properties, default ones included. */
export function propertyNameProblems(document: NamedDocument): Problem[] {
  const { name, names } = asObject(document.property);
  if (typeof name !== "string") return [];
  const taken = new Set<unknown>([name]);
  return FURTHER_PROPERTIES.flatMap((further) => {
    const own = asObject(names)[further];
    const message = mayWriteProperty(document, further)
      ? takenNameFault(own ?? `${name}_${further}`, taken)
      : unwrittenNameFault(own);
    return message === null ? [] : [{ path: ["property", "names", further], message }];
  });
}

/** A score whose type is itself a fault may be of any type: its names are not held against it. */
function mayWriteProperty(document: NamedDocument, further: FurtherProperty): boolean {
  const typed = document.type === "engagement" || document.type === "fit";
  return writesProperty(typed ? document : { ...document, type: "combined" }, further);
}

function unwrittenNameFault(own: unknown): string | null {
  return own === undefined ? null : "names a property that this score never writes";
}

function takenNameFault(name: unknown, taken: Set<unknown>): string | null {
  if (taken.has(name)) return "is the name of another property of this score";
  taken.add(name);
  return String(name).length > LONGEST ? `is longer than ${LONGEST} characters (${name})` : null;
}
