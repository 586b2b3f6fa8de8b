import * as fc from "fast-check";
import { plain } from "./naive-conditions.ts";
import { instantOf } from "./naive-instants.ts";
import { eventConditions, recordConditions } from "./random-conditions.ts";
import { boundTexts, DAY_COUNTS, EVENT_TYPES, LABELS, LISTS, PROPERTIES, word } from "./random-texts.ts";
import type {
  RawAssociated,
  RawDefinition,
  RawFrequencyRange,
  RawGroup,
  RawLimit,
  RawRule,
  RawThreshold,
  RawTimeframe,
  RawValues,
} from "./raw-documents.ts";

export const OBJECTS = ["contact", "contact", "company", "deal", "lead", "ticket", "2-123456"];

const cents = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 100, max: max * 100 }).map((value) => value / 100);

const points = fc.oneof(
  { arbitrary: fc.integer({ min: -5, max: 20 }), weight: 4 },
  { arbitrary: fc.constantFrom(0.01, -0.01, 0.5, 1.5, -2.5, 0.25, 0, 10000, -10000), weight: 2 },
  { arbitrary: cents(-30, 30), weight: 1 },
);

const low = fc.oneof(fc.integer({ min: -20, max: -1 }), cents(-20, -1));
const high = fc.oneof(fc.integer({ min: 1, max: 60 }), cents(1, 60));
const innerLimit: fc.Arbitrary<RawLimit> = fc.oneof(
  fc.record({ max: high }),
  fc.record({ max: fc.constant(0) }),
  fc.record({ min: fc.constant(0) }),
  fc.record({ min: low }),
  fc.record({ min: low, max: fc.oneof(high, fc.constant(0)) }),
  fc.record({ min: fc.constant(0), max: high }),
);
const scoreLimit = fc.record(
  { min: fc.oneof(fc.constant(0), low), max: fc.oneof(high, fc.constantFrom(100, 1_000_000_000)) },
  { requiredKeys: ["max"] },
);
const sideLimit: fc.Arbitrary<RawLimit> = fc.oneof(
  fc.record({ max: high }),
  fc.record({ min: low }),
  fc.record({ min: low, max: fc.oneof(high, fc.constant(0)) }),
);

function timeframes(at: number, zone: string): fc.Arbitrary<RawTimeframe> {
  const date = boundTexts(at, zone);
  const span = fc
    .tuple(date, date)
    .map((pair) => pair.toSorted((a, b) => instantOf(a) - instantOf(b)))
    .filter(([from = "", to = ""]) => instantOf(from) < instantOf(to))
    .map(([from = "", to = ""]) => ({ from, to }));
  return fc.oneof(
    fc.record({ lastDays: fc.constantFrom(...DAY_COUNTS) }),
    span,
    date.map((from) => ({ from })),
    date.map((to) => ({ to })),
    fc.record({
      calendar: fc.constantFrom("THIS" as const, "LAST" as const),
      unit: fc.constantFrom(
        "DAY" as const,
        "WEEK" as const,
        "MONTH" as const,
        "QUARTER" as const,
        "YEAR" as const,
      ),
    }),
  );
}

const keys = fc.uniqueArray(fc.oneof(word, fc.constantFrom("t", "e", "r", "constructor", "__proto__")), {
  minLength: 3,
  maxLength: 6,
  size: "max",
  selector: plain,
});

const listedValues: fc.Arbitrary<RawValues> = fc
  .tuple(
    fc.record(
      {
        property: fc.oneof(fc.constant("industry"), fc.constantFrom(...PROPERTIES)),
        match: fc.constantFrom("equals" as const, "contains" as const, "starts_with" as const),
      },
      { requiredKeys: ["property"] },
    ),
    keys,
    fc.array(points, { minLength: 6, maxLength: 6 }),
  )
  .map(([rest, names, worth]) => ({
    ...rest,
    points: Object.fromEntries(names.map((name, index) => [name, worth[index] ?? 0])),
  }));

/** Ranges that do not overlap, in any order, the open one last. */
const frequency: fc.Arbitrary<readonly RawFrequencyRange[]> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 6 }),
    fc.array(points, { minLength: 6, maxLength: 6 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([cuts, worth, open, backwards]) => {
    const sorted = cuts.toSorted((a, b) => a - b);
    const closed: RawFrequencyRange[] = [];
    for (let index = 0; index + 1 < sorted.length; index += 2) {
      const [from = 0, to = 0] = [sorted[index], sorted[index + 1]];
      closed.push({ from, to, points: worth[index] ?? 0 });
    }
    if (backwards) closed.reverse();
    return open ? [...closed, { from: 10, points: worth[5] ?? 0 }] : closed;
  });

const frequencies = fc.oneof(
  frequency,
  fc.constant([{ from: 1, points: 3 }]),
  fc.constant([
    { from: 0, to: 0, points: -2 },
    { from: 2, to: 3, points: 2 },
    { from: 4, points: 5 },
  ]),
  fc.constant([{ from: 0, points: 1.5 }]),
);

function associatedFor(object: fc.Arbitrary<string>, at: number, zone: string): fc.Arbitrary<RawAssociated> {
  const aggregate = fc.constantFrom("sum" as const, "average" as const, "min" as const, "max" as const);
  return fc.oneof(
    { arbitrary: fc.record({ object, aggregate }, { requiredKeys: ["object"] }), weight: 2 },
    {
      arbitrary: fc.record(
        { object, label: fc.constantFrom(...LABELS), where: recordConditions(at, zone), aggregate },
        { requiredKeys: ["object"] },
      ),
      weight: 1,
    },
  );
}

const common = {
  name: fc.constantFrom("Same name", "Ø"),
  enabled: fc.oneof(
    { arbitrary: fc.constant(true), weight: 12 },
    { arbitrary: fc.constant(false), weight: 1 },
  ),
  limit: innerLimit,
};

type Rules = fc.Arbitrary<Omit<RawRule, "id">>;

function eventRules(at: number, zone: string): Rules {
  const shared = {
    ...common,
    event: fc.constantFrom(...EVENT_TYPES),
    where: eventConditions(at, zone),
    within: timeframes(at, zone),
  };
  const count = fc.constantFrom("every" as const, "once" as const);
  return fc.oneof(
    { arbitrary: fc.record({ ...shared, points, count }, { requiredKeys: ["event", "points"] }), weight: 3 },
    {
      arbitrary: fc.record({ ...shared, values: listedValues, count }, { requiredKeys: ["event", "values"] }),
      weight: 2,
    },
    {
      arbitrary: fc.record({ ...shared, frequency: frequencies }, { requiredKeys: ["event", "frequency"] }),
      weight: 1,
    },
  );
}

function propertyRules(at: number, zone: string): Rules {
  const where = recordConditions(at, zone);
  const associated = associatedFor(fc.constantFrom("contact", "contact", "company", "2-123456"), at, zone);
  const otherwise = fc
    .tuple(listedValues, points)
    .map(([values, worth]) => ({ ...values, otherwise: worth }));
  return fc.oneof(
    fc.record({ ...common, where, points }, { requiredKeys: ["where", "points"] }),
    fc.record({ ...common, where, points, associated }, { requiredKeys: ["where", "points", "associated"] }),
    fc.record({ ...common, where, values: fc.oneof(listedValues, otherwise) }, { requiredKeys: ["values"] }),
    fc.record(
      { ...common, where, values: listedValues, associated },
      { requiredKeys: ["values", "associated"] },
    ),
  );
}

const decay = fc.record({
  percent: fc.constantFrom(1, 7, 25, 33, 50, 99, 100),
  everyDays: fc.constantFrom(...DAY_COUNTS),
});

type Groups = fc.Arbitrary<Omit<RawGroup, "name">>;

const eventGroups = (rules: Rules): Groups =>
  fc.record(
    {
      side: fc.constant("engagement" as const),
      limit: innerLimit,
      decay,
      rules: fc.array(rules, { minLength: 1, maxLength: 3 }).map(withoutIds),
    },
    { requiredKeys: ["side", "rules"] },
  );

const propertyGroups = (rules: Rules): Groups =>
  fc.record(
    {
      side: fc.constant("fit" as const),
      limit: innerLimit,
      rules: fc.array(rules, { minLength: 1, maxLength: 3 }).map(withoutIds),
    },
    { requiredKeys: ["side", "rules"] },
  );

const withoutIds = (rules: readonly Omit<RawRule, "id">[]): readonly RawRule[] =>
  rules.map((rule) => ({ id: "", ...rule }));

/** Names groups and rules by their places, so that none are equal. */
function named(groups: readonly Omit<RawGroup, "name">[]): readonly RawGroup[] {
  return groups.map((group, place) => ({
    ...group,
    name: `Group ${place}`,
    rules: group.rules.map((rule, index) => ({ ...rule, id: `rule-${place}-${index}` })),
  }));
}

function thresholdsOf(labels: readonly string[]): fc.Arbitrary<readonly RawThreshold[]> {
  return fc
    .uniqueArray(fc.oneof(fc.integer({ min: -10, max: 40 }), cents(-5, 30)), {
      minLength: labels.length - 1,
      maxLength: labels.length - 1,
    })
    .map((froms) => {
      const falling = froms.toSorted((a, b) => b - a);
      return labels.map((label, index) => {
        const from = falling[index];
        return from === undefined ? { label } : { label, from, color: "GREEN" };
      });
    });
}

const grades = { fit: thresholdsOf(["A", "B", "C"]), engagement: thresholdsOf(["1", "2", "3"]) };
const plainThresholds = fc.oneof(thresholdsOf(["High", "Medium", "Low"]), thresholdsOf(["Yes", "no"]));

function groupsOf(type: RawDefinition["type"], event: Groups, property: Groups) {
  const engagement = fc.array(event, { minLength: 1, maxLength: 2 });
  const fit = fc.array(property, { minLength: 1, maxLength: 2 });
  if (type === "engagement") return engagement.map(named);
  if (type === "fit") return fit.map(named);
  return fc
    .tuple(engagement, fit, fc.boolean())
    .map(([a, b, turned]) => named(turned ? [...b, ...a] : [...a, ...b]));
}

const REQUIRED = ["schema", "name", "object", "type", "limit", "groups", "property"] as const;

const scopes = fc.oneof(
  { arbitrary: fc.constant({}), weight: 4 },
  {
    arbitrary: fc.constantFrom(
      { lists: [LISTS[0] ?? ""] },
      { mode: "all" as const, lists: [] },
      { mode: "only" as const, lists: [...LISTS] },
    ),
    weight: 1,
  },
);

/** Valid definitions for an object type and of a type of score, around an instant (ms). */
export function definitions(
  kind: { readonly object: string; readonly type: RawDefinition["type"] },
  at: number,
  zone: string,
): fc.Arbitrary<RawDefinition> {
  const { object, type } = kind;
  const contacts = associatedFor(fc.constant("contact"), at, zone);
  const overContacts = fc
    .tuple(eventRules(at, zone), fc.option(contacts, { nil: undefined }))
    .map(([rule, associated]) => (associated === undefined ? rule : { ...rule, associated }));
  const groups = groupsOf(
    type,
    eventGroups(object === "contact" ? eventRules(at, zone) : overContacts),
    propertyGroups(propertyRules(at, zone)),
  );
  const simple = {
    schema: fc.constant(1 as const),
    name: fc.constant("Random score"),
    object: fc.constant(object),
    type: fc.constant(type),
    limit: scoreLimit,
    decimals: fc.constantFrom(0, 1, 2),
    outOfScope: fc.constantFrom("keep" as const, "clear" as const),
    groups,
    records: scopes,
    property: fc.constant({ name: "random_score" }),
    thresholds: type === "combined" ? fc.record(grades) : plainThresholds,
  };
  const sides = fc.record({ engagement: sideLimit, fit: sideLimit }, { requiredKeys: [] });
  const scores: fc.Arbitrary<RawDefinition> =
    type === "combined"
      ? fc.record({ ...simple, sides }, { requiredKeys: [...REQUIRED] })
      : fc.record(simple, { requiredKeys: [...REQUIRED] });
  if (object === "contact") return scores;
  return fc.tuple(scores, contacts).map(([score, associated]) => ({ ...score, associated }));
}
