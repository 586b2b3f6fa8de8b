import { z } from "zod";

const backfillSchema = z.object({
  object: z.string(),
  state: z.enum(["reading", "scoring", "paused", "failed"]),
  doing: z.string(),
  done: z.number(),
  total: z.number().nullable(),
});

const scoreHealthSchema = z.object({
  score: z.string(),
  name: z.string(),
  object: z.string(),
  status: z.enum(["draft", "on", "off"]),
  version: z.number().nullable(),
  hasDraft: z.boolean(),
  isPublishing: z.boolean(),
  goneLists: z.array(z.string()),
  refused: z.array(z.object({ feature: z.string(), reason: z.string() })),
});

/** What the service answers the settings page, as far as the page shows it; instants in ms. */
export const settingsAnswerSchema = z.object({
  portal: z.object({
    id: z.string(),
    status: z.enum(["active", "paused", "uninstalled"]),
    reason: z.string().nullable(),
    isSettingUp: z.boolean(),
    setUpError: z.string().nullable(),
  }),
  consoleUrl: z.string(),
  heardAt: z.number().nullable(),
  callsStopped: z.boolean(),
  capabilities: z.array(z.object({ feature: z.string(), isThere: z.boolean() })),
  troubles: z.object({
    refusedWrites: z.number(),
    failedScorings: z.number(),
    failedDeliveries: z.number(),
  }),
  backfills: z.array(backfillSchema),
  scores: z.array(scoreHealthSchema),
});

export type Backfill = z.infer<typeof backfillSchema>;
export type ScoreHealth = z.infer<typeof scoreHealthSchema>;
export type SettingsAnswer = z.infer<typeof settingsAnswerSchema>;
