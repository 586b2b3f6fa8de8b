import type { ScoreDefinition } from "../scoring/definition.ts";
import type { Queryable } from "./database.ts";

type ScoreStatus = "draft" | "on" | "off";

export type StoredScore = {
  readonly scoreId: number;
  readonly name: string;
  readonly object: string;
  readonly status: ScoreStatus;
  readonly draft: unknown;
  readonly liveVersion: number | null;
  readonly nextVersion: number | null;
  readonly revision: number;
  /** Whether it also writes why it gives its values. */
  readonly hasReasons: boolean;
  readonly draftBy: string | null;
  /** Milliseconds since 1970. */
  readonly draftSavedAt: number | null;
};

const COLUMNS = `score_id as "scoreId", name, object, status, draft, live_version as "liveVersion", next_version as "nextVersion", revision, reasons as "hasReasons",
  draft_by as "draftBy", (extract(epoch from draft_saved_at) * 1000)::float8 as "draftSavedAt"`;

/** The portal's scores, by name. */
export async function listScores(db: Queryable, portal: string): Promise<StoredScore[]> {
  return db.query<StoredScore>(`select ${COLUMNS} from scores where portal_id = $1 order by lower(name)`, [
    portal,
  ]);
}

/** The portal's score of this name, ignoring case. */
export async function findScore(
  db: Queryable,
  portal: string,
  name: string,
  lock: { readonly forUpdate: boolean } = { forUpdate: false },
): Promise<StoredScore | undefined> {
  const rows = await db.query<StoredScore>(
    `select ${COLUMNS} from scores where portal_id = $1 and lower(name) = lower($2) ${lock.forUpdate ? "for update" : ""}`,
    [portal, name],
  );
  return rows[0];
}

/** Saves the definition as the draft of the score of its name, creating the score where there is none. */
export async function saveDraft(
  tx: Queryable,
  portal: string,
  definition: ScoreDefinition,
  by = "import",
): Promise<StoredScore> {
  const [row] = await tx.query<StoredScore>(
    `insert into scores (portal_id, name, object, draft, draft_by, draft_saved_at) values ($1, $2, $3, $4, $5, now())
     on conflict (portal_id, lower(name)) do update set name = excluded.name, draft = excluded.draft,
       draft_by = excluded.draft_by, draft_saved_at = excluded.draft_saved_at, revision = scores.revision + 1, updated_at = now() returning ${COLUMNS}`,
    [portal, definition.name, definition.object, JSON.stringify(definition), by],
  );
  if (!row) throw new Error("a saved draft returned no row");
  return row;
}

export type Publication = {
  readonly scoreId: number;
  readonly definition: ScoreDefinition;
  readonly at: number;
  readonly by: string;
  readonly note: string | undefined;
};

/** Stores a new version, makes it the score's next one, empties the draft and turns the score on. Returns its number. */
export async function addVersion(tx: Queryable, portal: string, publication: Publication): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    `with added as (insert into score_versions (portal_id, score_id, version, definition, published_at, published_by, note)
       select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6 from score_versions where portal_id = $1 and score_id = $2
       returning version)
     update scores s set status = 'on', draft = null, draft_by = null, draft_saved_at = null, next_version = a.version, revision = revision + 1, updated_at = now()
     from added a where s.portal_id = $1 and s.score_id = $2 returning a.version`,
    [
      portal,
      publication.scoreId,
      JSON.stringify(publication.definition),
      publication.at,
      publication.by,
      publication.note ?? null,
    ],
  );
  if (!row) throw new Error(`score ${publication.scoreId} does not exist`);
  return row.version;
}

/** Makes published versions of this object type live: their data has been read. */
export async function promoteVersions(tx: Queryable, portal: string, object: string): Promise<void> {
  await tx.query(
    `update scores set live_version = next_version, next_version = null, revision = revision + 1
     where portal_id = $1 and object = $2 and status = 'on' and next_version is not null`,
    [portal, object],
  );
}

/** Sets whether a score also writes why it gives its values. */
export async function setReasons(
  tx: Queryable,
  portal: string,
  scoreId: number,
  hasReasons: boolean,
): Promise<void> {
  await tx.query(
    "update scores set reasons = $3, updated_at = now() where portal_id = $1 and score_id = $2",
    [portal, scoreId, hasReasons],
  );
}

export type PublishedScore = {
  readonly scoreId: number;
  readonly name: string;
  readonly object: string;
  readonly version: number;
  readonly isLive: boolean;
  /** Whether it also writes why it gives its values. */
  readonly hasReasons: boolean;
  readonly definition: ScoreDefinition;
};

/** The definitions in force or about to be, of scores that are on: live versions and next ones. */
export async function publishedScores(db: Queryable, portal: string): Promise<PublishedScore[]> {
  return db.query<PublishedScore>(
    `select s.score_id as "scoreId", s.name, s.object, v.version, v.version = s.live_version as "isLive", s.reasons as "hasReasons",
       jsonb_set(v.definition, '{name}', to_jsonb(s.name)) as definition
     from scores s join score_versions v on v.portal_id = s.portal_id and v.score_id = s.score_id
       and v.version in (s.live_version, s.next_version)
     where s.portal_id = $1 and s.status = 'on' order by s.score_id, v.version`,
    [portal],
  );
}

/** A text that changes whenever one of the portal's scores changes in force, or its time zone, event sources or keys do. */
export async function scoresRevision(db: Queryable, portal: string): Promise<string> {
  const [row] = await db.query<{ revision: string }>(
    `select coalesce(string_agg(format('%s %s %s %s %s', score_id, status, live_version, next_version, reasons), ',' order by score_id), '') 
       || (select ' ' || time_zone from portals where portal_id = $1)
       || coalesce((select ' ' || string_agg(event_type || '=' || source, ',' order by event_type) from event_sources where portal_id = $1), '')
       || coalesce((select ' ' || string_agg(contact_property, ',' order by key_id) from api_keys
            where portal_id = $1 and revoked_at is null), '') as revision
     from scores where portal_id = $1`,
    [portal],
  );
  return row?.revision ?? "";
}
