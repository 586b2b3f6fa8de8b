import fc from "fast-check";
import { DAY } from "../../src/scoring/instant.ts";
import type { AssociatedRecord, EngagementEvent, ScoredRecord } from "../../src/scoring/record.ts";

/** The first instant at which something may happen in an arbitrary record: noon, so that boundaries of days differ. */
export const START = Date.UTC(2026, 9, 1, 12);

const TYPES = ["form_submitted", "email_opened"] as const;
const points = fc.integer({ min: -500, max: 1000 }).map((hundredths) => hundredths / 100);
const limit = fc.option(
  fc.record(
    { min: fc.integer({ min: -20, max: 0 }), max: fc.integer({ min: 1, max: 20 }) },
    { requiredKeys: ["max"] },
  ),
  { nil: undefined },
);

/** An instant (ms) within 40 days, mostly on a whole day's boundary. */
export const instant = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 0, 0, 1, -1, 12_345_678))
  .map(([days, milliseconds]) => START + days * DAY + milliseconds);

const eventWhere = fc.constantFrom(
  undefined,
  undefined,
  { property: "form", operator: "IS_ANY_OF", values: ["a", "b"] },
  { not: { property: "form", operator: "IS_EQUAL_TO", values: ["a"] } },
  { property: "due", operator: "IS_LESS_THAN_X_DAYS_AGO", values: [3] },
  { property: "due", operator: "IS_LESS_THAN_X_DAYS_FROM_NOW", values: [3] },
);

const within = fc.constantFrom(
  undefined,
  undefined,
  { lastDays: 7 },
  { from: "2026-10-05", to: "2026-10-20" },
  { calendar: "THIS", unit: "WEEK" },
  { calendar: "LAST", unit: "DAY" },
  { calendar: "THIS", unit: "MONTH" },
);

const scoring = fc.oneof(
  fc.record({ points, count: fc.constantFrom("every", "once") }),
  fc.record({
    values: fc.record({ property: fc.constant("form"), points: fc.record({ a: points, b: points }) }),
    count: fc.constantFrom("every", "once"),
  }),
  fc.record({
    frequency: fc.tuple(points, points).map(([few, many]) => [
      { from: 0, to: 1, points: few },
      { from: 3, points: many },
    ]),
  }),
);

const eventRule = fc
  .tuple(fc.record({ event: fc.constantFrom(...TYPES), where: eventWhere, within, limit }), scoring)
  .map(([rule, form]) => ({ ...rule, ...form }));

const propertyWhere = fc.constantFrom(
  { property: "title", operator: "CONTAINS", values: ["vp"] },
  { property: "due", operator: "IS_MORE_THAN_X_DAYS_AGO", values: [5] },
  { property: "due", operator: "IS_MORE_THAN_X_DAYS_FROM_NOW", values: [5] },
  { property: "title", operator: "UPDATED_IN_LAST_X_DAYS", values: [4] },
  { property: "title", operator: "HAS_EVER_CONTAINED", values: ["x"] },
  { lists: ["1"], belongs: "none" },
);

const propertyRule = fc.record({ where: propertyWhere, points, limit });

const decay = fc.option(
  fc.record({ percent: fc.constantFrom(10, 30, 50, 100), everyDays: fc.constantFrom(1, 3, 7) }),
  { nil: undefined },
);

/** A combined score of a contact, or of a company over its contacts, as a document. */
export const scoreDocument = fc
  .record({
    object: fc.constantFrom("contact", "company"),
    aggregate: fc.constantFrom("sum", "average", "min", "max"),
    eventRules: fc.array(eventRule, { minLength: 1, maxLength: 3 }),
    propertyRules: fc.array(propertyRule, { minLength: 1, maxLength: 3 }),
    groupLimit: limit,
    decay,
    decimals: fc.constantFrom(0, 1, 2),
  })
  .map(({ object, aggregate, eventRules, propertyRules, groupLimit, ...rest }) =>
    withoutAbsent({
      schema: 1,
      name: "S",
      object,
      type: "combined",
      limit: { min: -30, max: 30 },
      sides: { engagement: { min: -10, max: 25 } },
      decimals: rest.decimals,
      ...(object === "company" ? { associated: { object: "contact", aggregate } } : {}),
      groups: [
        {
          name: "E",
          side: "engagement",
          limit: groupLimit,
          decay: rest.decay,
          rules: eventRules.map((rule, index) => ({ id: `e${index}`, ...rule })),
        },
        { name: "F", side: "fit", rules: propertyRules.map((rule, index) => ({ id: `f${index}`, ...rule })) },
      ],
      property: { name: "s" },
      thresholds: {
        fit: [{ label: "A", from: 5 }, { label: "B", from: 0.5 }, { label: "C" }],
        engagement: [{ label: "1", from: 10 }, { label: "2" }],
      },
    }),
  );

const events: fc.Arbitrary<EngagementEvent[]> = fc
  .array(
    fc.record({
      type: fc.constantFrom(...TYPES, "call_ended"),
      occurredAt: instant,
      properties: fc.record({
        form: fc.constantFrom("a", "b", "A;b", "c", null),
        due: instant.map(String),
      }),
    }),
    { maxLength: 6 },
  )
  .map((entries) => entries.map((entry, index) => ({ id: `e${index}`, ...entry })));

const contents = {
  properties: fc.record({ title: fc.constantFrom("VP x", "x", "", null), due: instant.map(String) }),
  history: fc.record({
    title: fc.array(fc.record({ value: fc.constantFrom("x", "y", ""), timestamp: instant }), {
      maxLength: 3,
    }),
  }),
  lists: fc.constantFrom([], ["1"]),
  events,
};

const contact: fc.Arbitrary<AssociatedRecord> = fc.record({
  object: fc.constant("contact"),
  id: fc.constantFrom("1", "2"),
  labels: fc.constant([]),
  ...contents,
});

/** A record with events, and associated contacts with theirs. */
export const scoredRecord: fc.Arbitrary<ScoredRecord> = fc.record({
  object: fc.constant("contact"),
  id: fc.constant("1"),
  ...contents,
  associations: fc.uniqueArray(contact, { maxLength: 2, selector: ({ id }) => id }),
  resets: fc.array(instant, { maxLength: 1 }),
  adjustments: fc.array(
    fc.record({
      side: fc.constantFrom("engagement", "fit"),
      points,
      from: instant,
      until: fc.option(instant),
    }),
    { maxLength: 1 },
  ),
});

function withoutAbsent(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document));
}
