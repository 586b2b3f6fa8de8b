import type { Values } from "../store/pending-writes.ts";
import type { PortalScores } from "./score-catalogue.ts";

/** The properties that scores write on one object type, and those of them that hold a date-time. */
export type OwnProperties = { readonly written: ReadonlySet<string>; readonly instants: ReadonlySet<string> };

const NONE: ReadonlySet<string> = new Set();

/** Returns the properties that a portal's scores write on an object type. */
export function ownProperties(scores: PortalScores, object: string): OwnProperties {
  return {
    written: scores.written.get(object) ?? NONE,
    instants: scores.writtenInstants.get(object) ?? NONE,
  };
}

/** A date-time as we write it, milliseconds since 1970; any other text as it is. */
function writtenText(value: string): string {
  const instant = Date.parse(value);
  return /^\d+$/.test(value) || Number.isNaN(instant) ? value : String(instant);
}

/**
 * Returns what a record shows of our values, worded as we write them: an empty text where it shows none, nothing of
 * properties that are not there.
 */
export function shownValues(
  values: { readonly [property: string]: string | null },
  { written, instants }: OwnProperties,
): Values {
  const there = [...written].filter((name) => Object.hasOwn(values, name));
  const textOf = (name: string): string => {
    const value = values[name] ?? "";
    return instants.has(name) ? writtenText(value) : value;
  };
  return Object.fromEntries(there.map((name) => [name, textOf(name)]));
}
