import * as fc from "fast-check";
import { EVENT_TYPES, instants, isoTexts, LABELS, LISTS, namedValues, properties } from "./random-texts.ts";
import type {
  RawAdjustment,
  RawAssociation,
  RawEvent,
  RawHistory,
  RawRecord,
  RawSubject,
} from "./raw-documents.ts";

function events(at: number, zone: string): fc.Arbitrary<readonly RawEvent[]> {
  const event = fc.record(
    {
      type: fc.constantFrom(...EVENT_TYPES, ...EVENT_TYPES, "never_heard_of"),
      occurredAt: isoTexts(at, zone),
      properties: properties(at, zone),
    },
    { requiredKeys: ["type", "occurredAt", "properties"] },
  );
  return fc
    .tuple(
      fc.array(event, { minLength: 1, maxLength: 10, size: "max" }),
      fc.array(fc.nat(20), { maxLength: 2 }),
    )
    .map(([list, twice]) => {
      const once = list.map((entry, index) => ({ id: `e${index}`, ...entry }));
      return [...once, ...twice.flatMap((index) => once[index] ?? [])];
    });
}

const asHistoryText = (value: string | number | boolean | null): string | null =>
  value === null ? null : String(value);

function histories(at: number, zone: string): fc.Arbitrary<RawHistory> {
  const entry = fc
    .tuple(namedValues(at, zone), isoTexts(at, zone))
    .map(([[name, value], timestamp]) => ({ name, entry: { value: asHistoryText(value), timestamp } }));
  return fc.array(entry, { maxLength: 10, size: "max" }).map((entries) => {
    const names = new Set(entries.map(({ name }) => name));
    const ofName = (name: string) => entries.filter((one) => one.name === name).map((one) => one.entry);
    return Object.fromEntries([...names].map((name) => [name, ofName(name)]));
  });
}

type Contents = Omit<RawSubject, "object" | "id">;

const contents = (at: number, zone: string): fc.Arbitrary<Contents> =>
  fc.record(
    {
      properties: properties(at, zone),
      history: histories(at, zone),
      lists: fc.array(fc.constantFrom(...LISTS), { maxLength: 2 }),
      events: events(at, zone),
    },
    { requiredKeys: ["properties", "events"] },
  );

function associations(at: number, zone: string): fc.Arbitrary<readonly RawAssociation[]> {
  const labels = fc.uniqueArray(fc.constantFrom(...LABELS), { minLength: 1, maxLength: 2 });
  const identity = fc.tuple(
    fc.constantFrom("contact", "contact", "contact", "company", "2-123456"),
    fc.constantFrom("1", "2", "3", "4"),
  );
  const one = fc.tuple(identity, contents(at, zone), labels);
  return fc
    .tuple(
      fc.uniqueArray(one, {
        minLength: 1,
        maxLength: 5,
        size: "max",
        selector: ([identity]) => identity.join("/"),
      }),
      fc.array(fc.tuple(fc.nat(5), labels), { maxLength: 2 }),
    )
    .map(([list, twice]) => {
      const once = list.map(([[object, id], rest, own]) => ({ object, id, labels: own, ...rest }));
      const again = twice.flatMap(([index, other]) => {
        const same = once[index];
        return same === undefined ? [] : [{ ...same, labels: other }];
      });
      return [...once, ...again];
    });
}

/** Records of an object type whose values meet those of random definitions. */
export function records(object: string, at: number, zone: string): fc.Arbitrary<RawRecord> {
  const reset = fc.oneof(isoTexts(at, zone), fc.array(isoTexts(at, zone), { maxLength: 3 }));
  const resets = fc.oneof(
    { arbitrary: fc.constant({}), weight: 4 },
    { arbitrary: fc.record({ "Random score": reset, another: isoTexts(at, zone) }), weight: 1 },
  );
  return fc
    .tuple(contents(at, zone), associations(at, zone), resets)
    .map(([own, others, ended]) => ({ object, id: "1", ...own, associations: others, resets: ended }));
}

/** Points given by hand, which only records in the store carry. */
export function adjustmentsAround(at: number, zone: string): fc.Arbitrary<readonly RawAdjustment[]> {
  const adjustment = fc
    .record({
      side: fc.constantFrom("engagement" as const, "fit" as const),
      points: fc.integer({ min: -1000, max: 1000 }).map((cents) => cents / 100),
      from: instants(at, zone),
      until: fc.option(instants(at, zone)),
    })
    .filter(({ from, until }) => until === null || until > from);
  return fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    { arbitrary: fc.array(adjustment, { maxLength: 3 }), weight: 1 },
  );
}
