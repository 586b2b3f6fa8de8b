import { z } from "zod";
import { backfillSchema } from "./backfill-answer.ts";

const version = z.int().min(1).nullable();

/** A score as the API tells it. */
export const scoreSchema = z.object({
  name: z.string(),
  object: z.string().describe("The type of the records that it scores, as in contact."),
  status: z.enum(["draft", "on", "off"]).describe("draft: it has never been published."),
  version: version.describe("The version in force, or last in force; null before the first."),
  nextVersion: version.describe(
    "A published version that comes into force once what it reads has been read.",
  ),
  hasDraft: z.boolean().describe("Whether a draft waits to be published."),
  properties: z
    .array(z.string())
    .describe("The HubSpot properties that it writes, its value first; none unless it is on."),
  backfill: backfillSchema.nullable().describe("Its newest back-fill; null before the first."),
});

/** All scores of an account, by name. */
export const scoresSchema = z
  .object({ scores: z.array(scoreSchema) })
  .describe("The account's scores, by name.");
