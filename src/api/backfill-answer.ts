import { z } from "zod";
import { RUN_STATES } from "../store/backfill-runs.ts";

const count = z.int().min(0);

/** A back-fill as the API tells it. */
export const backfillSchema = z
  .object({
    run: z.string().describe("Its id; later runs have greater ones."),
    object: z.string().describe("The type of the records that it scores, as in contact."),
    scores: z
      .array(z.object({ name: z.string(), version: z.int().min(1) }))
      .describe("The scores that it scores, each with the version that it brings."),
    state: z
      .enum(RUN_STATES)
      .describe("done: every record is scored. superseded: a newer run took its place."),
    step: z
      .object({
        number: z.int().min(1),
        of: z.int().min(1),
        doing: z
          .string()
          .describe("As in: reading contacts. Runs are carried on one after the other; the later ones wait."),
      })
      .describe("The step it is in (also while it is paused) or ended in."),
    done: count.describe("Records read in this step; once it scores, records scored."),
    total: count.nullable().describe("Records to be scored; null while it reads."),
    ratePerSecond: z
      .number()
      .min(0)
      .describe("Records a second in this step, pauses left out; 0 while it is paused, and ended early."),
    etaMs: count.nullable().describe("Milliseconds left at this rate; null unless it scores."),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    error: z.string().nullable().describe("Why it failed."),
  })
  .describe("A run that reads what scores need from HubSpot and scores every record of one type.");

/** The back-fills under way and the latest ones, newest first. */
export const backfillsSchema = z
  .object({ backfills: z.array(backfillSchema) })
  .describe("The back-fills under way and the ten latest, newest first.");

/** The newest back-fill of one score. */
export const scoreBackfillSchema = z.object({
  score: z.string(),
  backfill: backfillSchema.nullable().describe("The newest one of this score; null before the first."),
});
