import { z } from "zod";

const valueAtSchema = z.object({
  at: z.number(),
  value: z.number().nullable(),
  label: z.string().nullable(),
});

const reasonSchema = z.object({
  rule: z.string(),
  name: z.string(),
  group: z.string().nullable(),
  side: z.enum(["engagement", "fit"]),
  points: z.number(),
  matches: z.number(),
  next: z.object({ at: z.number(), points: z.number() }).nullable(),
});

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
 * What the service answers a card, as far as the card shows it; instants in ms. The reasons' points and `cut` sum to the
 * value; `next` is what time alone changes; `isWaiting` says that a newer value is still to come or to be written.
 */
export const cardAnswerSchema = z.object({ isWaiting: z.boolean(), scores: z.array(cardScoreSchema) });

export type ValueAt = z.infer<typeof valueAtSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type CardScore = z.infer<typeof cardScoreSchema>;
export type CardAnswer = z.infer<typeof cardAnswerSchema>;
