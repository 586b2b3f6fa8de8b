import { z } from "zod";
import type { Operator } from "../scoring/operators.ts";
import { importDateOperation } from "./import-date-operation.ts";
import { childOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";

/** What a leaf condition tests, without the property that it tests. */
export type LeafTest = { readonly operator: Operator; readonly values?: readonly (string | number)[] };

const known = {
  operationType: z.string().optional(),
  propertyType: z.string().optional(),
  type: z.string().optional(),
  operator: z.string(),
  includeObjectsWithNoValueSet: z.boolean().default(false),
};

const scalar = z.union([z.string(), z.number(), z.boolean().transform(String)]);
const number = z.number();

type Read = { readonly [field: string]: unknown };
type Values = (read: Read) => readonly (string | number)[] | undefined;

type Kind = {
  readonly shape: z.ZodObject;
  readonly operators: { readonly [operator: string]: Operator };
  readonly values: Values;
};

function same(...operators: readonly Operator[]): { [operator: string]: Operator } {
  return Object.fromEntries(operators.map((operator) => [operator, operator]));
}

const TEXT = same(
  "IS_EQUAL_TO",
  "IS_NOT_EQUAL_TO",
  "CONTAINS",
  "DOES_NOT_CONTAIN",
  "STARTS_WITH",
  "ENDS_WITH",
  "HAS_EVER_CONTAINED",
  "HAS_NEVER_CONTAINED",
);
const EVER_EQUAL = {
  HAS_EVER_BEEN_EQUAL_TO: "HAS_EVER_BEEN_ANY_OF",
  HAS_NEVER_BEEN_EQUAL_TO: "HAS_NEVER_BEEN_ANY_OF",
} as const;

const oneValue: Values = ({ value }) => scalar.array().parse([value]);
const manyValues: Values = ({ values }) => scalar.array().parse(values);
const days: Values = ({ numberOfDays }) => number.array().parse([numberOfDays]);

const KINDS: { readonly [operationType: string]: Kind } = {
  ALL_PROPERTY: {
    shape: z.object(known),
    operators: {
      IS_KNOWN: "IS_KNOWN",
      IS_UNKNOWN: "IS_UNKNOWN",
      IS_NOT_KNOWN: "IS_UNKNOWN",
      IS_NOT_BLANK: "IS_KNOWN",
      IS_BLANK: "IS_UNKNOWN",
    },
    values: () => undefined,
  },
  STRING: {
    shape: z.object({ ...known, value: scalar.transform(String) }),
    operators: { ...TEXT, ...EVER_EQUAL },
    values: oneValue,
  },
  MULTISTRING: {
    shape: z.object({ ...known, values: z.array(scalar.transform(String)) }),
    operators: { ...TEXT, ...EVER_EQUAL },
    values: manyValues,
  },
  BOOL: {
    shape: z.object({ ...known, value: scalar.transform(String) }),
    operators: { ...same("IS_EQUAL_TO", "IS_NOT_EQUAL_TO"), ...EVER_EQUAL },
    values: oneValue,
  },
  NUMBER: {
    shape: z.object({ ...known, value: number }),
    operators: {
      ...same(
        "IS_EQUAL_TO",
        "IS_NOT_EQUAL_TO",
        "IS_GREATER_THAN",
        "IS_GREATER_THAN_OR_EQUAL_TO",
        "IS_LESS_THAN",
        "IS_LESS_THAN_OR_EQUAL_TO",
      ),
      ...EVER_EQUAL,
    },
    values: oneValue,
  },
  NUMBER_RANGED: {
    shape: z.object({ ...known, lowerBound: number, upperBound: number }),
    operators: same("IS_BETWEEN", "IS_NOT_BETWEEN"),
    values: ({ lowerBound, upperBound }) => number.array().parse([lowerBound, upperBound]),
  },
  ENUMERATION: {
    shape: z.object({ ...known, values: z.array(scalar.transform(String)) }),
    operators: same(
      "IS_ANY_OF",
      "IS_NONE_OF",
      "IS_EXACTLY",
      "IS_NOT_EXACTLY",
      "CONTAINS_ALL",
      "DOES_NOT_CONTAIN_ALL",
      "HAS_EVER_BEEN_ANY_OF",
      "HAS_NEVER_BEEN_ANY_OF",
    ),
    values: manyValues,
  },
  ROLLING_DATE_RANGE: {
    shape: z.object({ ...known, numberOfDays: number, requiresTimeZoneConversion: z.boolean().optional() }),
    operators: same(
      "IS_LESS_THAN_X_DAYS_AGO",
      "IS_MORE_THAN_X_DAYS_AGO",
      "IS_LESS_THAN_X_DAYS_FROM_NOW",
      "IS_MORE_THAN_X_DAYS_FROM_NOW",
    ),
    values: days,
  },
  ROLLING_PROPERTY_UPDATED: {
    shape: z.object({ ...known, numberOfDays: number }),
    operators: same("UPDATED_IN_LAST_X_DAYS", "NOT_UPDATED_IN_LAST_X_DAYS"),
    values: days,
  },
};

/** Returns the type of an operation: `operationType`, or `type` where it says more. */
export function operationTypeOf(node: JsonNode): string {
  const type = childOf(node, "type").value;
  if (type === "TIME_POINT" || type === "TIME_RANGED") return type;
  return String(childOf(node, "operationType").value ?? type);
}

/** Returns what an operation on a property tests, or `null`, noted, where no operator here says the same. */
export function importOperation(node: JsonNode): LeafTest | null {
  const type = operationTypeOf(node);
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined) return importDateOperation(type, node);
  const read = readNode(node, kind.shape);
  if (read === null) return null;
  const hubSpotName = String(read["operator"]);
  const operator = Object.hasOwn(kind.operators, hubSpotName) ? kind.operators[hubSpotName] : undefined;
  if (operator === undefined) return leaveOut(node, `no operator here says ${type} ${hubSpotName}`);
  const values = kind.values(read);
  return values === undefined ? { operator } : { operator, values };
}
