import type { CompiledCondition, Subject } from "./compiled-condition.ts";
import type { PropertyCondition } from "./condition-schema.ts";
import { DAY } from "./instant.ts";
import { readNumberOperand } from "./operands.ts";
import { propertyReader } from "./property-reader.ts";
import type { HistoryEntry } from "./record.ts";
import { foldText, readOptions } from "./text.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Returns the closures of a leaf over the recorded values of a property and its present one. */
export function compileHistoryLeaf(leaf: PropertyCondition): CompiledCondition {
  const read = propertyReader(leaf.property);
  const wanted = (leaf.values ?? []).map((value) => foldText(String(value)));
  const whole = leaf.operator.endsWith("CONTAINED");
  const matches = whole
    ? (text: string) => containsAny(foldText(text), wanted)
    : (text: string) => holdsAny(readOptions(text), wanted);
  const positive = leaf.operator.startsWith("HAS_EVER");
  return {
    test: (subject, at) => {
      let known = false;
      for (const text of valuesUntil(subject, leaf.property, at, read(subject.properties))) {
        const matched = matches(text);
        if (matched === true) return positive;
        known ||= matched === false;
      }
      return known ? !positive : leaf.includeUnknown === true;
    },
    turn: (subject, at) => nextEntry(entriesOf(subject, leaf.property), at),
    judged: false,
  };
}

/** Returns the closures of a leaf over the time of a property's newest change. */
export function compileUpdatedLeaf(leaf: PropertyCondition): CompiledCondition {
  const span = (readNumberOperand(leaf.values?.[0]) ?? 0) * DAY;
  const positive = leaf.operator === "UPDATED_IN_LAST_X_DAYS";
  return {
    test: (subject, at) => {
      const newest = newestEntry(entriesOf(subject, leaf.property), at);
      return newest > at - span === positive;
    },
    turn: (subject, at) => {
      const entries = entriesOf(subject, leaf.property);
      const ages = newestEntry(entries, at) + span;
      return Math.min(nextEntry(entries, at), ages > at ? ages : NEVER);
    },
    judged: false,
  };
}

function entriesOf({ history }: Subject, property: string): readonly HistoryEntry[] {
  if (history === undefined || !Object.hasOwn(history, property)) return [];
  return history[property] ?? [];
}

function valuesUntil(
  subject: Subject,
  property: string,
  at: number,
  present: string | null | undefined,
): string[] {
  const values = present ? [present] : [];
  for (const { value, timestamp } of entriesOf(subject, property)) {
    if (timestamp <= at && value) values.push(value);
  }
  return values;
}

function newestEntry(entries: readonly HistoryEntry[], at: number): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { timestamp } of entries) if (timestamp <= at && timestamp > newest) newest = timestamp;
  return newest;
}

function nextEntry(entries: readonly HistoryEntry[], at: number): number {
  let next = NEVER;
  for (const { timestamp } of entries) if (timestamp > at && timestamp < next) next = timestamp;
  return next;
}

function containsAny(text: string, wanted: readonly string[]): boolean {
  return wanted.some((value) => text.includes(value));
}

/** Whether an option is wanted, or `null` where there are no options: such a value is passed over. */
function holdsAny(options: readonly string[], wanted: readonly string[]): boolean | null {
  return options.length === 0 ? null : options.some((option) => wanted.includes(option));
}
