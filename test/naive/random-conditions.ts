import * as fc from "fast-check";
import { instantOf } from "./naive-instants.ts";
import { boundTexts, DAY_COUNTS, LISTS, NUMBERS, PROPERTIES, WORDS, word } from "./random-texts.ts";
import type { RawCondition, RawLeaf, Scalar } from "./raw-documents.ts";

const MANY = [
  "IS_EQUAL_TO",
  "IS_NOT_EQUAL_TO",
  "CONTAINS",
  "DOES_NOT_CONTAIN",
  "STARTS_WITH",
  "ENDS_WITH",
  "IS_ANY_OF",
  "IS_NONE_OF",
  "IS_EXACTLY",
  "IS_NOT_EXACTLY",
  "CONTAINS_ALL",
  "DOES_NOT_CONTAIN_ALL",
];
const COMPARING = [
  "IS_GREATER_THAN",
  "IS_GREATER_THAN_OR_EQUAL_TO",
  "IS_LESS_THAN",
  "IS_LESS_THAN_OR_EQUAL_TO",
];
const SPANS = [
  "IS_LESS_THAN_X_DAYS_AGO",
  "IS_MORE_THAN_X_DAYS_AGO",
  "IS_LESS_THAN_X_DAYS_FROM_NOW",
  "IS_MORE_THAN_X_DAYS_FROM_NOW",
];
const HISTORY = [
  "HAS_EVER_BEEN_ANY_OF",
  "HAS_NEVER_BEEN_ANY_OF",
  "HAS_EVER_CONTAINED",
  "HAS_NEVER_CONTAINED",
];
const UPDATES = ["UPDATED_IN_LAST_X_DAYS", "NOT_UPDATED_IN_LAST_X_DAYS"];

const property = fc.constantFrom(...PROPERTIES);
const listed: fc.Arbitrary<Scalar> = fc.oneof(
  { arbitrary: word, weight: 4 },
  { arbitrary: fc.constantFrom("t", "o", "e", "r", ...WORDS), weight: 2 },
  { arbitrary: fc.constantFrom(...NUMBERS), weight: 2 },
  { arbitrary: fc.boolean(), weight: 1 },
);
const listedValues = fc.array(listed, { minLength: 1, maxLength: 3 });
const asText = fc.boolean();
const numberValue: fc.Arbitrary<Scalar> = fc
  .tuple(fc.constantFrom(...NUMBERS), asText)
  .map(([value, text]) => (text ? String(value) : value));
const dayValue = (days: readonly number[]): fc.Arbitrary<readonly Scalar[]> =>
  fc.tuple(fc.constantFrom(...days), asText).map(([value, text]) => [text ? String(value) : value]);
const numberPair = fc
  .tuple(numberValue, numberValue)
  .map((pair) => pair.toSorted((a, b) => Number(a) - Number(b)));

type LeafParts = {
  readonly operators: readonly string[];
  readonly values: fc.Arbitrary<readonly Scalar[]>;
  readonly of?: string;
};

const leafOf = ({ operators, values, of }: LeafParts): fc.Arbitrary<RawLeaf> =>
  fc.record(
    {
      property: of === undefined ? property : fc.oneof(property, fc.constant(of), fc.constant(of)),
      operator: fc.constantFrom(...operators),
      values,
      includeUnknown: fc.boolean(),
    },
    { requiredKeys: ["property", "operator", "values"] },
  );

const knownLeaf: fc.Arbitrary<RawLeaf> = fc.record({
  property,
  operator: fc.constantFrom("IS_KNOWN", "IS_UNKNOWN"),
});
const updatedLeaf: fc.Arbitrary<RawLeaf> = fc.record({
  property,
  operator: fc.constantFrom(...UPDATES),
  values: dayValue(DAY_COUNTS),
});
const listLeaf: fc.Arbitrary<RawCondition> = fc.record({
  lists: fc.uniqueArray(fc.constantFrom(...LISTS, "99"), { minLength: 1, maxLength: 2 }),
  belongs: fc.constantFrom("any" as const, "all" as const, "none" as const),
});

function plainLeaves(at: number, zone: string): readonly fc.Arbitrary<RawCondition>[] {
  const bound = boundTexts(at, zone);
  const datePair = fc.tuple(bound, bound).map((pair) => pair.toSorted((a, b) => instantOf(a) - instantOf(b)));
  return [
    knownLeaf,
    leafOf({ operators: MANY, values: listedValues }),
    leafOf({ operators: ["IS_ANY_OF", "IS_NONE_OF", "CONTAINS_ALL"], values: listedValues }),
    leafOf({
      operators: ["IS_EQUAL_TO", "IS_NOT_EQUAL_TO"],
      values: fc.array(fc.constantFrom(5, 0.5, 10), { minLength: 1, maxLength: 2 }),
      of: "jobtitle",
    }),
    leafOf({ operators: COMPARING, values: numberValue.map((value) => [value]) }),
    leafOf({ operators: ["IS_BETWEEN", "IS_NOT_BETWEEN"], values: numberPair }),
    leafOf({ operators: ["IS_BETWEEN", "IS_NOT_BETWEEN"], values: datePair, of: "renewal" }),
    leafOf({ operators: ["IS_BEFORE", "IS_AFTER"], values: bound.map((text) => [text]), of: "renewal" }),
    leafOf({ operators: SPANS, values: dayValue([0, ...DAY_COUNTS]), of: "renewal" }),
    leafOf({ operators: SPANS, values: dayValue([0, ...DAY_COUNTS]), of: "renewal" }),
  ];
}

function nested(leaf: fc.Arbitrary<RawCondition>): fc.Arbitrary<RawCondition> {
  let level = leaf;
  for (let depth = 0; depth < 3; depth += 1) {
    const parts = fc.array(level, { minLength: 1, maxLength: 3 });
    level = fc.oneof(
      { arbitrary: leaf, weight: 4 },
      { arbitrary: parts.map((all) => ({ all })), weight: 1 },
      { arbitrary: parts.map((any) => ({ any })), weight: 2 },
      { arbitrary: level.map((not) => ({ not })), weight: 1 },
    );
  }
  return level;
}

const chosen: fc.Arbitrary<RawCondition> = fc
  .constantFrom(["SOFTWARE", "retail"], ["SOFTWARE", "software "], ["Director", "retail", "5"])
  .map((values) => ({ property: "industry", operator: "IS_ANY_OF", values }));

/** Conditions over an event's properties, often a choice among values. */
export const eventConditions = (at: number, zone: string): fc.Arbitrary<RawCondition> =>
  nested(fc.oneof(chosen, chosen, ...plainLeaves(at, zone)));

/** Conditions over a record: lists and history too. */
export const recordConditions = (at: number, zone: string): fc.Arbitrary<RawCondition> =>
  nested(
    fc.oneof(
      ...plainLeaves(at, zone),
      listLeaf,
      leafOf({ operators: HISTORY, values: listedValues }),
      leafOf({ operators: HISTORY, values: listedValues }),
      updatedLeaf,
      updatedLeaf,
    ),
  );
