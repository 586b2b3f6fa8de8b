import { z } from "zod";
import { nearestName } from "./nearest-name.ts";
import { operandProblems, type Problem } from "./operands.ts";
import { acceptsIncludeUnknown, OPERATORS, type Operator, readsHistory } from "./operators.ts";
import { checked, label, listId, MOST_ENTRIES, positiveZero } from "./schema-fields.ts";
import { asList, asObject, isObject } from "./soft-read.ts";

/** A test of one property; `values` are numbers where the definition wrote JSON numbers. */
export type PropertyCondition = {
  readonly property: string;
  readonly operator: Operator;
  readonly values?: readonly (string | number)[] | undefined;
  readonly includeUnknown?: boolean | undefined;
};

/** A test of list membership. */
export type ListCondition = {
  readonly lists: readonly string[];
  readonly belongs: "any" | "all" | "none";
};

/** A condition on an event, a record or an associated record. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | PropertyCondition
  | ListCondition;

const DEEPEST = 10;

const scalar = z.union(
  [
    z.string().refine((text) => text.trim() !== "", { error: "must not be blank" }),
    z.number().overwrite(positiveZero),
    z.boolean().transform(String),
  ],
  { error: "must be a text, a finite number, true or false" },
);

const propertyCondition = checked(
  z.strictObject({
    property: label,
    operator: z.enum(OPERATORS, {
      error: ({ input }) =>
        `unknown operator; did you mean ${nearestName(String(input).toUpperCase(), OPERATORS)}?`,
    }),
    values: z.array(scalar).min(1).max(MOST_ENTRIES).optional(),
    includeUnknown: z.boolean().optional(),
  }),
  leafProblems,
).transform(
  (leaf): PropertyCondition =>
    acceptsIncludeUnknown(leaf.operator) ? { ...leaf, includeUnknown: leaf.includeUnknown ?? false } : leaf,
);

const listCondition = z.strictObject({
  lists: z.array(listId).min(1).max(MOST_ENTRIES),
  belongs: z.enum(["any", "all", "none"]),
});

const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      propertyCondition,
      z.strictObject({ all: z.array(condition).min(1).max(MOST_ENTRIES) }),
      z.strictObject({ any: z.array(condition).min(1).max(MOST_ENTRIES) }),
      z.strictObject({ not: condition }),
      listCondition,
    ],
    { error: "must be one of all, any, not, a property with an operator, or lists with belongs" },
  ),
);

/** A condition on a record: every kind of leaf. */
export const recordCondition = checked(condition, depthProblems);

/** A condition on an event: no list leaves, no history operators. */
export const eventCondition = checked(condition, (value) => [
  ...depthProblems(value),
  ...recordOnlyProblems(value, []),
]);

function leafProblems(leaf: unknown): Problem[] {
  const { operator, values, includeUnknown } = asObject(leaf);
  if (typeof operator !== "string") return [];
  const problems = operandProblems(operator, values);
  if (includeUnknown !== undefined && !acceptsIncludeUnknown(operator)) {
    problems.push({ path: ["includeUnknown"], message: `has no meaning for ${operator}` });
  }
  return problems;
}

function depthProblems(value: unknown): Problem[] {
  return depthOf(value) > DEEPEST ? [{ path: [], message: `is nested more than ${DEEPEST} deep` }] : [];
}

function depthOf(value: unknown): number {
  let deepest = 0;
  for (const [, child] of childrenOf(value)) deepest = Math.max(deepest, depthOf(child));
  return deepest + 1;
}

function recordOnlyProblems(value: unknown, path: readonly (string | number)[]): Problem[] {
  const { lists, operator } = asObject(value);
  const problems: Problem[] = [];
  if (lists !== undefined) problems.push({ path, message: "lists cannot be tested on an event" });
  if (typeof operator === "string" && readsHistory(operator)) {
    problems.push({ path: [...path, "operator"], message: `${operator} cannot be tested on an event` });
  }
  for (const [step, child] of childrenOf(value)) {
    problems.push(...recordOnlyProblems(child, [...path, ...step]));
  }
  return problems;
}

function childrenOf(value: unknown): (readonly [readonly (string | number)[], unknown])[] {
  const { all, any, not } = asObject(value);
  const branch = (key: "all" | "any", list: unknown) =>
    asList(list).map((child, index) => [[key, index], child] as const);
  const negated = isObject(not) ? [[["not"], not] as const] : [];
  return [...branch("all", all), ...branch("any", any), ...negated];
}
