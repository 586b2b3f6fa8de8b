import { z } from "zod";
import type { Problem } from "./operands.ts";
import { asObject } from "./soft-read.ts";

const MOST_CHARACTERS = 250;
const LARGEST_LIMIT = 1_000_000_000;
const LARGEST_POINTS = 10_000;

/** The most entries that a list of values, lists or conditions, or the keys of `points`, may have. */
export const MOST_ENTRIES = 1_000;

/** Returns `schema` with a check that also runs beside faults in the value's parts, so that all are told at once. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  problemsOf: (value: unknown) => readonly Problem[],
): Schema {
  return schema.superRefine(
    (value, context) => {
      for (const { path, message } of problemsOf(value)) {
        context.addIssue({ code: "custom", path: [...path], message });
      }
    },
    { when: () => true },
  );
}

/** Returns the schema of a text of 1 to `most` characters that is not all blank. */
export function textOf(most: number) {
  return z
    .string()
    .refine((text) => text.trim() !== "" && [...text.slice(0, 2 * most + 2)].length <= most, {
      error: `must have 1 to ${most} characters, not all blank`,
    })
    .meta({ minLength: 1, maxLength: most });
}

export const label = textOf(MOST_CHARACTERS);

export const listId = z.string().min(1);

export const internalName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,99}$/,
    "must be a lower-case letter, then up to 99 lower-case letters, digits or _",
  );

export const objectType = z
  .string()
  .regex(
    /^(?:contact|company|deal|lead|ticket|2-\d{1,20})$/,
    "must be contact, company, deal, lead, ticket or a custom object type such as 2-123456",
  );

/** Returns a number with 0 for -0, which JSON would not keep. */
export function positiveZero(value: number): number {
  return value + 0;
}

/** Returns the schema of an integer; unlike `z.int()`, a fault in it lets the other checks run. */
export function integer(least: number, most: number) {
  return z
    .number()
    .overwrite(positiveZero)
    .refine(Number.isInteger, { error: "must be an integer" })
    .min(least)
    .max(most)
    .meta({ type: "integer" });
}

const twoDecimals = z
  .number()
  .overwrite(positiveZero)
  .refine((value) => Number(value.toFixed(2)) === value, { error: "must have at most two decimals" });

export const points = twoDecimals.min(-LARGEST_POINTS).max(LARGEST_POINTS);

export const threshold = twoDecimals;

const limitValue = twoDecimals.min(-LARGEST_LIMIT).max(LARGEST_LIMIT);

export const scoreLimit = checked(
  z.strictObject({ min: limitValue.default(0), max: limitValue }),
  (limit) => {
    const { min = 0, max } = asObject(limit);
    if (typeof max !== "number" || max > 0) return limitProblems({ min, max });
    return [...limitProblems({ min, max: undefined }), { path: ["max"], message: "must be above 0" }];
  },
);

export const sideLimit = z.strictObject({ min: limitValue.optional(), max: limitValue.optional() });

export const innerLimit = checked(
  z.strictObject({ min: limitValue.optional(), max: limitValue.optional() }),
  (limit) => {
    const { min, max } = asObject(limit);
    if (min === undefined && max === undefined) {
      return [{ path: [], message: "needs min, max or both" }];
    }
    return limitProblems({ min, max });
  },
);

/** Returns what is wrong with a limit: 0 outside it, or `min` not below `max`. */
export function limitProblems(limit: { readonly min: unknown; readonly max: unknown }): Problem[] {
  const { min, max } = limit;
  const problems: Problem[] = [];
  if (typeof min === "number" && min > 0) problems.push({ path: ["min"], message: "must not be above 0" });
  if (typeof max === "number" && max < 0) problems.push({ path: ["max"], message: "must not be below 0" });
  if (typeof min === "number" && typeof max === "number" && min >= max) {
    problems.push({ path: ["min"], message: "must be below max" });
  }
  return problems;
}
