import { hostname } from "node:os";
import { type Database, isBadData, type Queryable } from "./database.ts";

/** The stages whose work could take the process down with it: what they do depends on stored data alone. */
export type RiskyStage = "ingest" | "score";

/** The rows that a process is about to work on: deliveries by id, marks as `object/record`. A suspect is left by a dead one. */
export type Chunk = {
  readonly chunkId: string;
  readonly keys: readonly string[];
  readonly isSuspect: boolean;
};

type Row = Omit<Chunk, "isSuspect"> & { readonly holder: string | null; readonly deaths: number };

/** Which work of which portal is taken: at most `limit` rows. */
export type Taking = { readonly portal: string; readonly stage: RiskyStage; readonly limit: number };

/** What was taken, if anything, and how many rows were set aside on the way since processes kept dying of them. */
export type Taken = { readonly chunk: Chunk | undefined; readonly setAside: number };

/** After so many deaths, in the last of which it was alone in hand, a row is set aside. */
const MOST_DEATHS = 5;

const NEXT_ROWS: Readonly<Record<RiskyStage, string>> = {
  ingest:
    "select inbox_id::text as key from inbox where portal_id = $1 and state = 'new' order by inbox_id limit $4",
  score: `select object || '/' || record_id as key from dirty_marks
    where portal_id = $1 and due_at <= clock_timestamp() order by priority, due_at limit $4`,
};

const SET_ASIDE: Readonly<Record<RiskyStage, string>> = {
  ingest: `update inbox set state = 'failed', attempts = $3, faults = jsonb_build_array(jsonb_build_object('index', 0, 'reason', $4::text))
    where portal_id = $1 and inbox_id = any($2::text[]::bigint[]) and state = 'new'`,
  score: `update dirty_marks d set due_at = 'infinity', attempts = $3, error = $4
    from unnest($2::text[]) as k
    where d.portal_id = $1 and d.object = split_part(k, '/', 1) and d.record_id = split_part(k, '/', 2)`,
};

/** The same as long as this process lives, and never again. */
function thisProcess(): string {
  return `${hostname()} ${process.pid} ${Math.round(performance.timeOrigin)}`;
}

async function takeNext(db: Queryable, taking: Taking, condition: string): Promise<Chunk | undefined> {
  const rows = await db.query<Chunk>(
    `insert into work_in_hand (portal_id, stage, holder, keys)
     select $1, $2, $3, keys from (select array_agg(key) as keys from (${NEXT_ROWS[taking.stage]}) as next) as found
     where keys is not null and ${condition} returning chunk_id as "chunkId", keys, false as "isSuspect"`,
    [taking.portal, taking.stage, thisProcess(), taking.limit],
  );
  return rows[0];
}

/** Parts of what a dead process had in hand: about the root of it the first time, then single rows. */
function partsOf({ keys, deaths }: Row): string[][] {
  const size = deaths > 0 ? 1 : Math.max(1, Math.floor(Math.sqrt(keys.length)));
  return Array.from({ length: Math.ceil(keys.length / size) }, (_, part) =>
    keys.slice(part * size, (part + 1) * size),
  );
}

async function setAside(tx: Queryable, { portal, stage }: Taking, rows: readonly Row[]): Promise<void> {
  const keys = rows.flatMap((row) => row.keys);
  const reason = `processes died ${MOST_DEATHS} times while working on it`;
  await tx.query(SET_ASIDE[stage], [portal, keys, MOST_DEATHS, reason]);
}

async function putBack(tx: Queryable, { portal, stage }: Taking, rows: readonly Row[]): Promise<void> {
  const parts = rows.flatMap((row) => partsOf(row).map((keys) => ({ keys, deaths: row.deaths + 1 })));
  await tx.query(
    `insert into work_in_hand (portal_id, stage, keys, deaths)
     select $1, $2, string_to_array(p.keys, ' '), p.deaths from unnest($3::text[], $4::smallint[]) as p(keys, deaths)`,
    [portal, stage, parts.map(({ keys }) => keys.join(" ")), parts.map(({ deaths }) => deaths)],
  );
}

/**
 * Divides what dead processes left: nobody has its rows locked, though whoever works on them would. What this process
 * left unlocked itself, after an error, is no suspect. Returns how many rows were set aside.
 */
async function divideLeft(tx: Queryable, taking: Taking): Promise<number> {
  const left = await tx.query<Row>(
    `with left_over as (select chunk_id from work_in_hand
       where portal_id = $1 and stage = $2 and holder is not null for update skip locked)
     delete from work_in_hand w using left_over l where w.portal_id = $1 and w.stage = $2 and w.chunk_id = l.chunk_id
     returning w.chunk_id as "chunkId", w.holder, w.keys, w.deaths`,
    [taking.portal, taking.stage],
  );
  const deadly = left.filter((row) => row.holder !== thisProcess());
  if (deadly.length === 0) return 0;
  const isTooMuch = (row: Row) => row.keys.length === 1 && row.deaths + 1 >= MOST_DEATHS;
  const condemned = deadly.filter(isTooMuch);
  await setAside(tx, taking, condemned);
  await putBack(
    tx,
    taking,
    deadly.filter((row) => !isTooMuch(row)),
  );
  return condemned.length;
}

/** Takes the part that fewest processes died of, so that the harmless ones are done before the next death. */
async function takePart(tx: Queryable, { portal, stage }: Taking): Promise<Chunk | undefined> {
  const rows = await tx.query<Chunk>(
    `update work_in_hand w set holder = $3 where w.portal_id = $1 and w.stage = $2 and w.chunk_id = (
       select chunk_id from work_in_hand where portal_id = $1 and stage = $2 and holder is null
       order by deaths, chunk_id limit 1 for update skip locked)
     returning w.chunk_id as "chunkId", w.keys, true as "isSuspect"`,
    [portal, stage, thisProcess()],
  );
  return rows[0];
}

/**
 * Commits what this process is going to work on next, so that its death would tell of what it died: first what dead
 * processes left, in parts, then the next rows that wait.
 */
export async function takeInHand(db: Database, taking: Taking): Promise<Taken> {
  const { portal, stage } = taking;
  const fresh = await takeNext(
    db,
    taking,
    "not exists (select 1 from work_in_hand w where w.portal_id = $1 and w.stage = $2)",
  );
  if (fresh) return { chunk: fresh, setAside: 0 };
  const [other] = await db.query("select 1 from work_in_hand where portal_id = $1 and stage = $2 limit 1", [
    portal,
    stage,
  ]);
  if (!other) return { chunk: undefined, setAside: 0 };
  const taken = await db.transaction(async (tx) => {
    const dropped = await divideLeft(tx, taking);
    return { chunk: await takePart(tx, taking), setAside: dropped };
  });
  return { ...taken, chunk: taken.chunk ?? (await takeNext(db, taking, "true")) };
}

/**
 * Works on a chunk in one transaction that also takes it out of hand; undefined where another process took it over
 * meanwhile. An error is no death: what was a suspect stays one, unless the database refused its data; the rest is free.
 */
export async function workOn<T>(
  db: Database,
  { portal, stage }: Pick<Taking, "portal" | "stage">,
  chunk: Chunk,
  work: (tx: Queryable) => Promise<T>,
): Promise<T | undefined> {
  const mine = "portal_id = $1 and stage = $2 and chunk_id = $3 and holder = $4";
  const values = [portal, stage, chunk.chunkId, thisProcess()];
  const drop = (tx: Queryable) => tx.query(`delete from work_in_hand where ${mine} returning 1`, values);
  const putDown = () => db.query(`update work_in_hand set holder = null where ${mine}`, values);
  try {
    return await db.transaction(async (tx) => ((await drop(tx)).length > 0 ? work(tx) : undefined));
  } catch (error) {
    const putAway = chunk.isSuspect && !isBadData(error) ? putDown() : drop(db);
    await putAway.catch(() => undefined);
    throw error;
  }
}
