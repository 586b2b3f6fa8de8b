import { z } from "zod";
import { eventCondition, recordCondition } from "./condition-schema.ts";
import { isEventType, nearestEventType } from "./event-types.ts";
import type { Problem } from "./operands.ts";
import { checked, innerLimit, integer, label, MOST_ENTRIES, objectType, points } from "./schema-fields.ts";
import { asList, asObject, isObject } from "./soft-read.ts";
import { foldText } from "./text.ts";
import { timeframe } from "./timeframe-schema.ts";

const eventType = z.string().superRefine((type, context) => {
  if (isEventType(type)) return;
  const cure = type.startsWith("custom:")
    ? "a custom event is custom: and 1 to 100 letters, digits, _, - or ."
    : `did you mean ${nearestEventType(type)}? An event of your own is custom:NAME`;
  context.addIssue({ code: "custom", message: `unknown event type; ${cure}` });
});

/** Points by listed value; read own keys only. Checked by hand, as zod drops a key named `__proto__`. */
const pointsByValue = checked(
  z.custom<{ readonly [value: string]: number }>(isObject, {
    error: "must be an object of points by value",
    abort: false,
  }),
  (listed) => [
    ...(Object.keys(asObject(listed)).length > MOST_ENTRIES
      ? [{ path: [], message: `must have at most ${MOST_ENTRIES} keys` }]
      : []),
    ...(isObject(listed) && Object.keys(listed).length === 0
      ? [{ path: [], message: "must not be empty" }]
      : []),
    ...Object.entries(asObject(listed)).flatMap(([key, value]) => listedValueProblems(key, value)),
    ...repeatedKeyProblems(Object.keys(asObject(listed))),
  ],
).meta({
  type: "object",
  minProperties: 1,
  maxProperties: MOST_ENTRIES,
  additionalProperties: { type: "number", minimum: -10_000, maximum: 10_000 },
});

const match = z.enum(["equals", "contains", "starts_with"]).default("equals");

const eventValues = z.strictObject({ property: label, match, points: pointsByValue });

const propertyValues = z.strictObject({
  property: label,
  match,
  points: pointsByValue,
  otherwise: points.optional(),
});

const count = integer(0, Number.MAX_SAFE_INTEGER);

const frequency = checked(
  z.array(z.strictObject({ from: count, to: count.optional(), points })).min(1),
  frequencyProblems,
);

/** Which associated records a rule reads, and how their points become one figure. */
export const associated = z.strictObject({
  object: objectType,
  label: label.optional(),
  where: recordCondition.optional(),
  aggregate: z.enum(["sum", "average", "min", "max"]).default("sum"),
});

const common = {
  id: label,
  name: label.optional(),
  enabled: z.boolean().default(true),
  points: points.optional(),
  limit: innerLimit.optional(),
  associated: associated.optional(),
};

/** A rule over events, as a document writes it. */
export const eventRule = checked(
  z.strictObject({
    ...common,
    event: eventType,
    where: eventCondition.optional(),
    within: timeframe.optional(),
    values: eventValues.optional(),
    frequency: frequency.optional(),
    count: z.enum(["every", "once"]).optional(),
  }),
  (rule) => {
    const { count, frequency: ranges } = asObject(rule);
    const refused = count !== undefined && ranges !== undefined;
    return [
      ...pointsFormProblems(rule, ["points", "values", "frequency"]),
      ...(refused ? [{ path: ["count"], message: "is refused beside frequency" }] : []),
    ];
  },
);

/** A rule over properties and lists, as a document writes it. */
export const propertyRule = checked(
  z.strictObject({ ...common, where: recordCondition.optional(), values: propertyValues.optional() }),
  (rule) => {
    const { where, values, associated: readsAssociated } = asObject(rule);
    const problems = pointsFormProblems(rule, ["points", "values"]);
    if (where === undefined && values === undefined) {
      problems.push({ path: ["where"], message: "required where a rule has no values" });
    }
    if (readsAssociated !== undefined && asObject(values)["otherwise"] !== undefined) {
      problems.push({ path: ["values", "otherwise"], message: "is refused beside associated" });
    }
    return problems;
  },
);

function pointsFormProblems(rule: unknown, forms: readonly string[]): Problem[] {
  if (!isObject(rule)) return [];
  const present = forms.filter((form) => rule[form] !== undefined);
  if (present.length === 1) return [];
  return [{ path: [], message: `needs exactly one of ${forms.join(", ")}` }];
}

function listedValueProblems(key: string, value: unknown): Problem[] {
  const checkedPoints = points.safeParse(value);
  const problems = (checkedPoints.error?.issues ?? []).map(({ message }) => ({ path: [key], message }));
  if (key.trim() === "") problems.push({ path: [key], message: "must not be a blank key" });
  return problems;
}

function repeatedKeyProblems(keys: readonly string[]): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const key of keys) {
    const folded = foldText(key);
    if (seen.has(folded))
      problems.push({ path: [key], message: "repeats another key, but for case or blanks" });
    seen.add(folded);
  }
  return problems;
}

function frequencyProblems(value: unknown): Problem[] {
  const ranges = asList(value).map((range) => readRange(range));
  const problems: Problem[] = [];
  ranges.forEach((range, index) => {
    if (range.open && index < ranges.length - 1) {
      problems.push({ path: [index, "to"], message: "only the last range may lack to" });
    }
    if (range.from > range.to) problems.push({ path: [index, "from"], message: "must not exceed to" });
  });
  return [...problems, ...overlapProblems(ranges)];
}

type CountRange = { readonly from: number; readonly to: number; readonly open: boolean };

function readRange(range: unknown): CountRange {
  const { from, to } = asObject(range);
  return {
    from: typeof from === "number" ? from : Number.NaN,
    to: typeof to === "number" ? to : to === undefined ? Number.POSITIVE_INFINITY : Number.NaN,
    open: isObject(range) && to === undefined,
  };
}

function overlapProblems(ranges: readonly CountRange[]): Problem[] {
  const inOrder = ranges
    .map((range, index) => ({ ...range, index }))
    .filter(({ from, to }) => from <= to)
    .sort((a, b) => a.from - b.from);
  let reached = Number.NEGATIVE_INFINITY;
  const problems: Problem[] = [];
  for (const { from, to, index } of inOrder) {
    if (from <= reached) problems.push({ path: [index], message: "overlaps another range" });
    reached = Math.max(reached, to);
  }
  return problems;
}
