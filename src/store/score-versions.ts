import type { ScoreDefinition } from "../scoring/definition.ts";
import type { Queryable } from "./database.ts";

export type ScoreVersion = {
  readonly version: number;
  readonly publishedAt: number;
  readonly publishedBy: string;
  readonly note: string | null;
};

/** Every version of a score, newest first. */
export async function listVersions(db: Queryable, portal: string, scoreId: number): Promise<ScoreVersion[]> {
  return db.query<ScoreVersion>(
    `select version, published_at::float8 as "publishedAt", published_by as "publishedBy", note
     from score_versions where portal_id = $1 and score_id = $2 order by version desc`,
    [portal, scoreId],
  );
}

/** The definition of one version, or undefined. */
export async function findVersion(
  db: Queryable,
  portal: string,
  scoreId: number,
  version: number,
): Promise<ScoreDefinition | undefined> {
  const [row] = await db.query<{ definition: ScoreDefinition }>(
    "select definition from score_versions where portal_id = $1 and score_id = $2 and version = $3",
    [portal, scoreId, version],
  );
  return row?.definition;
}
