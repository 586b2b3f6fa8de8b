import type { z } from "zod";
import { readNewestBackfills } from "../scores/backfill-progress.ts";
import { allWritten } from "../scores/reason-properties.ts";
import type { Queryable } from "../store/database.ts";
import { findScore, listScores, publishedScores } from "../store/scores.ts";
import type { scoreBackfillSchema } from "./backfill-answer.ts";
import type { scoresSchema } from "./score-answer.ts";

/** The names of the properties that each score that is on writes: those of its live version, where it has one already. */
async function writtenNames(db: Queryable, portal: string): Promise<Map<number, string[]>> {
  const published = await publishedScores(db, portal);
  const inForce = published.toSorted((one, other) => Number(one.isLive) - Number(other.isLive));
  return new Map(inForce.map((score) => [score.scoreId, allWritten(score).map(({ name }) => name)]));
}

/** Returns the portal's scores with what each writes and its newest back-fill. */
export async function readScores(db: Queryable, portal: string): Promise<z.input<typeof scoresSchema>> {
  const [scores, written, backfills] = await Promise.all([
    listScores(db, portal),
    writtenNames(db, portal),
    readNewestBackfills(db, portal),
  ]);
  return {
    scores: scores.map(({ scoreId, name, object, status, liveVersion, nextVersion, draft }) => ({
      ...{ name, object, status, version: liveVersion, nextVersion, hasDraft: draft !== null },
      properties: written.get(scoreId) ?? [],
      backfill: backfills.get(scoreId) ?? null,
    })),
  };
}

/** Returns the newest back-fill of the score of this name, in any case; undefined where there is no such score. */
export async function readScoreBackfill(
  db: Queryable,
  portal: string,
  name: string,
): Promise<z.input<typeof scoreBackfillSchema> | undefined> {
  const score = await findScore(db, portal, name);
  if (!score) return undefined;
  const backfills = await readNewestBackfills(db, portal);
  return { score: score.name, backfill: backfills.get(score.scoreId) ?? null };
}
