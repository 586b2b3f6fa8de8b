import { z } from "zod";

const scoreHealthSchema = z.object({
  score: z.string(),
  name: z.string(),
  object: z.string(),
  status: z.enum(["draft", "on", "off"]),
  version: z.int().nullable(),
  hasDraft: z.boolean(),
  isPublishing: z.boolean(),
  goneLists: z.array(z.string()),
});

const backfillSchema = z.object({
  object: z.string(),
  state: z.enum(["reading", "scoring", "paused", "failed"]),
  step: z.int(),
  steps: z.int(),
  done: z.number(),
  total: z.number().nullable(),
});

/**
 * The settings page's data: whether the portal is connected and heard from (`heardAt` in ms), the plan capabilities
 * found (absent where none were looked for), and the health of its scores.
 */
export const settingsAnswerSchema = z.object({
  portal: z.object({
    id: z.string(),
    timeZone: z.string(),
    status: z.enum(["active", "paused", "uninstalled"]),
  }),
  consoleUrl: z.string(),
  heardAt: z.number().nullable(),
  callsStopped: z.boolean(),
  capabilities: z.record(z.string(), z.boolean()).optional(),
  troubles: z.object({
    refusedWrites: z.number(),
    failedScorings: z.number(),
    failedDeliveries: z.number(),
  }),
  backfills: z.array(backfillSchema),
  scores: z.array(scoreHealthSchema),
});

export type SettingsAnswer = z.infer<typeof settingsAnswerSchema>;
