import { readScores } from "../../src/api/read-scores.ts";
import { scoresSchema } from "../../src/api/score-answer.ts";
import { keyed, type Resource } from "./resource.ts";

/** What the API tells of scores. */
export const SCORE_RESOURCES: readonly Resource[] = [
  keyed({
    path: "/api/scores",
    id: "listScores",
    summary: "The account's scores, each with its newest back-fill",
    answer: scoresSchema,
    read: ({ db }, { portal }) => readScores(db, portal),
  }),
];
