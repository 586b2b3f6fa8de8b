import { z } from "zod";

/** What a record card is told of one rule, or of points given (`group` is null then); `next` is when (ms) time alone changes its points, and to what. */
const reasonSchema = z.object({
  rule: z.string(),
  name: z.string(),
  group: z.string().nullable(),
  side: z.enum(["engagement", "fit"]),
  points: z.number(),
  matches: z.int(),
  next: z.object({ at: z.number(), points: z.number() }).nullable(),
});

/** A value that a score gave, and the instant (ms) from which it did. */
const valueAtSchema = z.object({
  at: z.number(),
  value: z.number().nullable(),
  label: z.string().nullable(),
});

/** One score of a record; `cut` is what limits and rounding add to the sum of the reasons to make the value. */
const cardScoreSchema = z.object({
  score: z.string(),
  name: z.string(),
  type: z.enum(["engagement", "fit", "combined"]),
  inScope: z.boolean(),
  value: z.number().nullable(),
  label: z.string().nullable(),
  engagement: z.number().nullable(),
  fit: z.number().nullable(),
  resetAt: z.number().nullable(),
  canReset: z.boolean(),
  cut: z.number(),
  reasons: z.array(reasonSchema),
  next: valueAtSchema.nullable(),
  history: z.array(valueAtSchema),
});

/**
 * The record card's data: every score in force for the record's type, valued at `at` (ms). `isWaiting` says that a newer
 * computation, or writing its result to HubSpot, is still to come.
 */
export const scoreAnswerSchema = z.object({
  record: z.object({ object: z.string(), id: z.string() }),
  at: z.number(),
  isWaiting: z.boolean(),
  scores: z.array(cardScoreSchema),
});

export type Reason = z.infer<typeof reasonSchema>;
export type ValueAt = z.infer<typeof valueAtSchema>;
export type CardScore = z.infer<typeof cardScoreSchema>;
export type ScoreAnswer = z.infer<typeof scoreAnswerSchema>;
