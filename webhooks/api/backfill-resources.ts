import { backfillsSchema, scoreBackfillSchema } from "../../src/api/backfill-answer.ts";
import { readScoreBackfill } from "../../src/api/read-scores.ts";
import { readBackfills } from "../../src/scores/backfill-progress.ts";
import { keyed, type Resource } from "./resource.ts";

/** What the API tells of back-fills. */
export const BACKFILL_RESOURCES: readonly Resource[] = [
  keyed({
    path: "/api/backfills",
    id: "listBackfills",
    summary: "The back-fills under way and the latest ones",
    answer: backfillsSchema,
    read: async ({ db }, { portal }) => ({ backfills: await readBackfills(db, portal) }),
  }),
  keyed({
    path: "/api/backfills/{score}",
    id: "getBackfill",
    summary: "The newest back-fill of one score",
    parameters: { score: "The score's name, in any case" },
    answer: scoreBackfillSchema,
    missing: { code: "UNKNOWN_SCORE", detail: "there is no score of this name" },
    read: ({ db }, { portal, named }) => readScoreBackfill(db, portal, named("score")),
  }),
];
