import { z } from "zod";
import { definitionProblems } from "./definition-checks.ts";
import { associated, eventRule, propertyRule } from "./rule-schema.ts";
import {
  checked,
  innerLimit,
  integer,
  internalName,
  label,
  listId,
  MOST_ENTRIES,
  objectType,
  points,
  scoreLimit,
  sideLimit,
} from "./schema-fields.ts";
import { asList, asObject } from "./soft-read.ts";
import { thresholds } from "./threshold-schema.ts";

const group = z.discriminatedUnion(
  "side",
  [
    z.strictObject({
      name: label,
      side: z.literal("engagement"),
      limit: innerLimit.optional(),
      decay: z.strictObject({ percent: integer(1, 100), everyDays: integer(1, 3650) }).optional(),
      rules: z.array(eventRule).min(1),
    }),
    z.strictObject({
      name: label,
      side: z.literal("fit"),
      limit: innerLimit.optional(),
      rules: z.array(propertyRule).min(1),
    }),
  ],
  { error: "must be engagement or fit" },
);

const scope = checked(
  z.strictObject({
    mode: z.enum(["all", "only"]).default("all"),
    lists: z.array(listId).max(MOST_ENTRIES).default([]),
  }),
  (value) => {
    const { mode, lists } = asObject(value);
    const empty = mode === "only" && asList(lists).length === 0;
    return empty ? [{ path: ["lists"], message: "needs at least one list with mode only" }] : [];
  },
);

const property = z.strictObject({
  name: internalName,
  label: label.optional(),
  description: z.string().default(""),
  group: internalName.default("lead_scoring"),
  names: z
    .strictObject({
      threshold: internalName.optional(),
      engagement: internalName.optional(),
      fit: internalName.optional(),
      reset_at: internalName.optional(),
    })
    .default({}),
});

/** A score definition as a document writes it, with the defaults that stand alone filled in. */
export const definitionDocument = checked(
  z.strictObject({
    schema: z.literal(1),
    name: label,
    object: objectType,
    type: z.enum(["engagement", "fit", "combined"]),
    limit: scoreLimit,
    sides: z.strictObject({ engagement: sideLimit.optional(), fit: sideLimit.optional() }).optional(),
    decimals: z.literal([0, 1, 2]).default(0),
    outOfScope: z.enum(["keep", "clear"]).default("keep"),
    groups: z.array(group).min(1).max(50),
    associated: associated.optional(),
    records: scope.default({ mode: "all", lists: [] }),
    property,
    thresholds: thresholds.optional(),
    hysteresis: z.strictObject({ points: points.min(0), hours: z.number().min(1).max(8760) }).optional(),
  }),
  definitionProblems,
);

/** A checked document. */
export type DefinitionDocument = z.output<typeof definitionDocument>;

/** Returns the JSON Schema (draft 2020-12) of a definition document. */
export function definitionJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(definitionDocument, { io: "input", unrepresentable: "any" });
}
