// What following time costs, next to rescoring everything: of very many scored records, one in a hundred falls due.
import { cpus } from "node:os";
import { createScoreCatalogue } from "../src/scores/score-catalogue.ts";
import { scoreMarkedRecords } from "../src/scores/score-records.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { BACKGROUND, markDirty } from "../src/store/dirty-marks.ts";
import { migrate } from "../src/store/migrate.ts";
import { markOverdue } from "../src/store/record-scores.ts";
import { recordIdsAfter } from "../src/store/records.ts";
import { AT } from "./engine-contacts.ts";
import { startServers } from "./live-processes.ts";
import { checkSample, EVENTS, loadMillion, OBJECT, PORTAL } from "./million.ts";

/** One measured figure; `target` is the most that the cost may be. */
export type Figure = {
  readonly work: "rescore all (s)" | "follow time (s)" | "records due" | "cost of all (%)";
  readonly value: number;
  readonly target?: number;
};

type Sizes = { readonly contacts: number };

const CHUNK = 500;
/** As many as a back-fill marks at once, and as many as what is due. */
const [MARK_PAGE, MARK_CHUNK] = [2_000, 10_000];
const SHARE = 0.01;
const HOUR = 3_600_000;

const catalogue = createScoreCatalogue();

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1_000;
}

async function scoreAll(db: Database, at: number): Promise<void> {
  const deps = { db, catalogue, now: () => at };
  while ((await scoreMarkedRecords(deps, PORTAL, CHUNK)).records > 0);
}

/** Scores every record as a back-fill does: marks a page of them, then the next, and scores what is marked. */
async function rescoreAll(db: Database, at: number): Promise<void> {
  for (let after: string | undefined = ""; after !== undefined; ) {
    const ids: readonly string[] = await recordIdsAfter(db, PORTAL, OBJECT, { after, limit: MARK_PAGE });
    await markDirty(db, PORTAL, { object: OBJECT, ids }, { priority: BACKGROUND, delayMs: 0 });
    await scoreAll(db, at);
    after = ids.length < MARK_PAGE ? undefined : ids.at(-1);
  }
}

async function followTime(db: Database, at: number): Promise<void> {
  while ((await markOverdue(db, PORTAL, at, MARK_CHUNK)) > 0);
  await scoreAll(db, at);
}

/** The instant by which this share of the records has fallen due, and how many have. */
async function instantOf(db: Database, contacts: number): Promise<{ at: number; due: number }> {
  const [row] = await db.query<{ at: number; due: number }>(
    `select at::float8 as at, (select count(*) from record_scores where portal_id = $1 and valid_until <= at)::float8 as due
     from (select valid_until as at from record_scores where portal_id = $1 and valid_until is not null
       order by valid_until offset $2 limit 1) as first`,
    [PORTAL, Math.floor(contacts * SHARE) - 1],
  );
  if (!row) throw new Error("too few records ever fall due");
  return row;
}

async function checkFollowed(db: Database, at: number, due: number): Promise<void> {
  const [row] = await db.query<{ overdue: number; followed: number }>(
    `select (count(*) filter (where valid_until <= $2))::float8 as overdue,
       (count(*) filter (where computed_at = $2))::float8 as followed from record_scores where portal_id = $1`,
    [PORTAL, at],
  );
  if (row?.overdue !== 0 || row.followed !== due)
    throw new Error(`${due} were due, ${row?.followed} were followed, ${row?.overdue} are overdue`);
}

async function measure(db: Database, { contacts }: Sizes): Promise<Figure[]> {
  await loadMillion(db, contacts);
  // The first scores belong to the loading: what is compared starts from scored records.
  await rescoreAll(db, AT - HOUR);
  const all = await timed(() => rescoreAll(db, AT));
  await checkSample(db, contacts);
  await db.query("vacuum analyze");
  const { at, due } = await instantOf(db, contacts);
  const share = await timed(() => followTime(db, at));
  await checkFollowed(db, at, due);
  await checkSample(db, contacts);
  return [
    { work: "rescore all (s)", value: Number(all.toFixed(1)) },
    { work: "records due", value: due },
    { work: "follow time (s)", value: Number(share.toFixed(2)) },
    { work: "cost of all (%)", value: Number(((100 * share) / all).toFixed(2)), target: 2 },
  ];
}

/** Measures on a server of its own, prints a table and returns the figures; throws when a result is wrong. */
export async function run(given: Partial<Sizes> = {}): Promise<Figure[]> {
  const sizes = { contacts: 1_000_000, ...given };
  await using servers = await startServers();
  await using db = openDatabase({ url: servers.databaseUrl });
  await migrate(db);
  const figures = await measure(db, sizes);
  console.log(
    `${sizes.contacts} contacts × ${EVENTS} events, one run; ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
  );
  console.table(
    figures.map(({ work, value, target }) => ({
      work,
      value,
      target: target === undefined ? "" : `≤ ${target} ${value <= target ? "met" : "MISSED"}`,
    })),
  );
  return figures;
}

if (import.meta.main) await run({ contacts: Number(process.argv[2] ?? 1_000_000) });
