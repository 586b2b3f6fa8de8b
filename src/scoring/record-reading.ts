import { type Fault, formatPath } from "./faults.ts";
import { readInstant } from "./instant.ts";
import type { Properties } from "./record.ts";
import { isObject } from "./soft-read.ts";

const MOST_FAULTS = 100;

/** Where a value stands in the record, as a chain of keys. */
export type Trail = { readonly parent: Trail | null; readonly key: string | number };

/** The faults found so far in one record. */
export type FaultList = Fault[];

type Raw = { readonly [key: string]: unknown };

/** Notes a fault at `key` below `parent`. */
export function note(
  faults: FaultList,
  parent: Trail | null,
  key: string | number | null,
  message: string,
): void {
  if (faults.length >= MOST_FAULTS) return;
  const path: (string | number)[] = key === null ? [] : [key];
  for (let step = parent; step !== null; step = step.parent) path.unshift(step.key);
  faults.push({ path: formatPath(path), message });
}

/** Returns the text under `key`, which must be a JSON string and not empty. */
export function readId(raw: Raw, key: string, trail: Trail | null, faults: FaultList): string {
  const value = ownValue(raw, key);
  if (typeof value === "string" && value !== "") return value;
  note(faults, trail, key, value === undefined ? "required" : "must be a text, not empty");
  return "";
}

/** Returns the instant (ms) under `key`: an ISO date or milliseconds. */
export function readTime(
  value: unknown,
  trail: Trail | null,
  key: string | number,
  faults: FaultList,
): number {
  const time = typeof value === "string" || typeof value === "number" ? readInstant(String(value)) : null;
  if (time !== null) return time;
  note(
    faults,
    trail,
    key,
    value === undefined ? "required" : "must be an ISO date or milliseconds since 1970",
  );
  return 0;
}

/** Returns the list under `key` with each entry read; none where it is absent. */
export function readList<Entry>(
  raw: Raw,
  key: string,
  context: { readonly trail: Trail | null; readonly faults: FaultList },
  readEntry: (value: unknown, trail: Trail, index: number) => Entry,
): Entry[] {
  const value = ownValue(raw, key);
  if (value === undefined) return [];
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    const below = { parent: context.trail, key };
    return entries.map((entry, index) => readEntry(entry, below, index));
  }
  note(context.faults, context.trail, key, "must be a list");
  return [];
}

/** Returns a list of JSON strings under `key`; none where it is absent. */
export function readTexts(raw: Raw, key: string, trail: Trail | null, faults: FaultList): readonly string[] {
  return readList(raw, key, { trail, faults }, (value, below, index) => {
    if (typeof value === "string") return value;
    note(faults, below, index, "must be a text");
    return "";
  });
}

/** Returns the properties under `key` as texts; numbers and booleans become their text. */
export function readProperties(raw: Raw, key: string, trail: Trail | null, faults: FaultList): Properties {
  const values = readObject(raw, key, trail, faults);
  const below = { parent: trail, key };
  if (isProperties(values)) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, readPropertyText(value, below, name, faults)]),
  );
}

/** Returns a property's value as text, `null` where it is unknown. */
export function readPropertyText(
  value: unknown,
  trail: Trail,
  key: string,
  faults: FaultList,
): string | null {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || Number.isFinite(value)) return String(value);
  note(faults, trail, key, "must be a text, a finite number, true, false or null");
  return null;
}

/** Returns the object under `key`; an empty one where it is absent. */
export function readObject(raw: Raw, key: string, trail: Trail | null, faults: FaultList): Raw {
  const value = ownValue(raw, key);
  if (isObject(value)) return value;
  if (value !== undefined) note(faults, trail, key, "must be an object");
  return {};
}

function ownValue(raw: Raw, key: string): unknown {
  return Object.hasOwn(raw, key) ? raw[key] : undefined;
}

function isPlainText(value: unknown): value is string | null {
  return typeof value === "string" || value === null;
}

function isProperties(values: Raw): values is { readonly [name: string]: string | null } {
  return Object.values(values).every(isPlainText);
}
