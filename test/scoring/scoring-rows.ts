import { z } from "zod";
import { parseDefinition, type ScoreDefinition } from "../../src/scoring/definition.ts";
import { compileScore } from "../../src/scoring/evaluate.ts";
import { readInstant } from "../../src/scoring/instant.ts";
import { parseRecord, recordForScore } from "../../src/scoring/parse-record.ts";

const row = z.object({
  name: z.string(),
  definition: z.unknown(),
  record: z.unknown(),
  at: z.string(),
  timezone: z.string().optional(),
  expected: z.record(z.string(), z.unknown()),
});

/** A row of a vector file. */
export type Row = Omit<z.output<typeof row>, "expected" | "name">;

/** Returns a vector of any shape as a row. */
export function readRow(value: unknown): z.output<typeof row> {
  return row.parse(value);
}

/** Returns a fit score that gives 1 where the condition holds. */
export function conditionScore(where: unknown): unknown {
  return {
    schema: 1,
    name: "S",
    object: "contact",
    type: "fit",
    limit: { max: 1 },
    groups: [{ name: "F", side: "fit", rules: [{ id: "r", where, points: 1 }] }],
    property: { name: "s" },
  };
}

/** Returns the checked definition; throws with its faults. */
export function definitionOf(document: unknown): ScoreDefinition {
  const result = parseDefinition(document);
  if (result.ok) return result.definition;
  throw new Error(JSON.stringify(result.faults));
}

/** Returns the explanation of a row as `evaluate --explain` prints it, lists of matches included. */
export function explainRow({ definition, record, at, timezone = "UTC" }: Row) {
  const score = compileScore(definitionOf(definition), { timeZone: timezone });
  const parsed = parseRecord(record);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const instant = readInstant(at) ?? Number.NaN;
  const outcome = score.explain(recordForScore(parsed.record, score.definition.name), instant);
  const { validUntil } = outcome;
  return { ...outcome, validUntil: validUntil === null ? null : new Date(validUntil).toISOString() };
}
