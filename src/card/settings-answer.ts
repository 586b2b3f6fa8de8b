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
  refused: z.array(z.object({ feature: z.string(), reason: z.string() })),
});

const backfillSchema = z.object({
  object: z.string(),
  state: z.enum(["reading", "scoring", "paused", "failed"]),
  /** What its present step does, as in `reading contacts`; its place, from 1, of how many. */
  doing: z.string(),
  step: z.int(),
  steps: z.int(),
  done: z.number(),
  total: z.number().nullable(),
});

const capabilitySchema = z.object({
  feature: z.string(),
  isThere: z.boolean(),
  reason: z.string().nullable(),
});

/**
 * The settings page's data: how the portal is connected and whether it is heard from (`heardAt` in ms), what of HubSpot
 * it was seen to allow or refuse, and the health of its scores.
 */
export const settingsAnswerSchema = z.object({
  portal: z.object({
    id: z.string(),
    timeZone: z.string(),
    status: z.enum(["active", "paused", "uninstalled"]),
    reason: z.string().nullable(),
    isSettingUp: z.boolean(),
    setUpError: z.string().nullable(),
  }),
  consoleUrl: z.string(),
  heardAt: z.number().nullable(),
  callsStopped: z.boolean(),
  capabilities: z.array(capabilitySchema),
  troubles: z.object({
    refusedWrites: z.number(),
    failedScorings: z.number(),
    failedDeliveries: z.number(),
  }),
  backfills: z.array(backfillSchema),
  scores: z.array(scoreHealthSchema),
});

export type SettingsAnswer = z.infer<typeof settingsAnswerSchema>;
