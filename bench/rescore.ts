// Compares a rescore of all contacts, from the database to saved values, with one SQL statement a chunk that does the same.
import { deepStrictEqual } from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createScoreCatalogue } from "../src/scores/score-catalogue.ts";
import { scoreMarkedRecords } from "../src/scores/score-records.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { startEmbeddedPostgres } from "../src/store/embedded.ts";
import { migrate } from "../src/store/migrate.ts";
import { saveRecords } from "../src/store/records.ts";
import { addVersion, promoteVersions, saveDraft } from "../src/store/scores.ts";
import { saveTimelines } from "../src/store/timelines.ts";
import { AT, EVENTS, engineContact } from "./engine-contacts.ts";
import { engineDefinition } from "./engine-definition.ts";
import { createSqlTables, loadSqlTables, sqlRescore } from "./rescore-sql.ts";
import { contactAt } from "./timeline-data.ts";

/** One measured figure; `target` is the least ratio of the product's rate to the statement's. */
export type Figure = {
  readonly contestant: "scorekeeper" | "one SQL statement" | "scorekeeper ÷ SQL";
  readonly work: string;
  readonly value: number;
  readonly target?: number;
};

type Sizes = { readonly contacts: number; readonly rounds: number };

const PORTAL = "p";
const CHUNK = 500;
const BATCH = 100;
const BATCHES = 5;

export async function load(db: Database, { contacts }: Sizes): Promise<void> {
  await migrate(db);
  const definition = engineDefinition();
  await db.query("insert into portals (portal_id) values ($1)", [PORTAL]);
  const { scoreId } = await saveDraft(db, PORTAL, definition);
  await addVersion(db, PORTAL, { scoreId, definition, at: AT, by: "bench", note: undefined });
  await promoteVersions(db, PORTAL, definition.object);
  await createSqlTables(db, definition);
  for (let first = 0; first < contacts; first += CHUNK) {
    const records = Array.from({ length: Math.min(CHUNK, contacts - first) }, (_, index) =>
      engineContact(first + index),
    );
    await saveRecords(
      db,
      PORTAL,
      "contact",
      records.map(({ id, properties }) => ({
        id,
        properties,
        changed: {},
        history: {},
        deletedAt: null,
        restoredAt: null,
      })),
    );
    await saveTimelines(db, PORTAL, new Map(records.map(({ id, events }) => [id, events])));
    await loadSqlTables(db, definition, records);
  }
  await db.query("vacuum analyze");
}

type Contestant = {
  readonly name: "scorekeeper" | "one SQL statement";
  /** Makes ready what is not timed. */
  readonly prepare: (first: number, end: number) => Promise<void>;
  readonly rescore: (first: number, end: number, chunk: number) => Promise<void>;
};

export function product(db: Database): Contestant {
  const deps = { db, catalogue: createScoreCatalogue(), now: () => AT };
  return {
    name: "scorekeeper",
    prepare: async (first, end) => {
      await db.query(
        `insert into dirty_marks (portal_id, object, record_id, priority, due_at)
         select portal_id, object, record_id, 1, now() from records
         where portal_id = $1 and object = 'contact' and record_id >= $2 and record_id < $3`,
        [PORTAL, contactAt(first), contactAt(end)],
      );
      await db.query("analyze dirty_marks");
    },
    rescore: async (_first, _end, chunk) => {
      while ((await scoreMarkedRecords(deps, PORTAL, chunk)).records > 0);
    },
  };
}

function statement(db: Database): Contestant {
  const run = sqlRescore(db, engineDefinition());
  let seq = 0;
  return {
    name: "one SQL statement",
    prepare: async () => {},
    rescore: async (first, end, chunk) => {
      for (let from = first; from < end; from += chunk) {
        seq += 1;
        await run(contactAt(from), contactAt(Math.min(from + chunk, end)), seq);
      }
    },
  };
}

async function checkRows(db: Database, contacts: number): Promise<void> {
  const columns = "record_id, version, value, engagement, fit, threshold, valid_until, computed_at";
  const rowsOf = (table: string) => db.query<object>(`select ${columns} from ${table} order by record_id`);
  const [own, theirs] = [await rowsOf("record_scores"), await rowsOf("sql_record_scores")];
  deepStrictEqual(own, theirs);
  if (own.length !== contacts) throw new Error(`${own.length} of ${contacts} contacts have results`);
  const counts = await db.query<object>(
    "select (select count(*) from score_history) = (select count(*) from sql_score_history) as same",
  );
  deepStrictEqual(counts, [{ same: true }]);
  console.error(`${own.length} result rows equal, validUntil included`);
}

async function timed(contestant: Contestant, first: number, end: number, chunk: number): Promise<number> {
  await contestant.prepare(first, end);
  const from = performance.now();
  await contestant.rescore(first, end, chunk);
  return performance.now() - from;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(db: Database, { contacts, rounds }: Sizes): Promise<Figure[]> {
  const contestants = [product(db), statement(db)];
  const whole = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  const batches = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (const contestant of contestants) await timed(contestant, 0, contacts, CHUNK);
  await checkRows(db, contacts);
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants)
      whole.get(contestant.name)?.push(await timed(contestant, 0, contacts, CHUNK));
    for (let batch = 0; batch < BATCHES; batch++) {
      const first = ((round * BATCHES + batch) * 7_919) % (contacts - BATCH + 1);
      for (const contestant of contestants)
        batches.get(contestant.name)?.push(await timed(contestant, first, first + BATCH, BATCH));
    }
  }
  await checkRows(db, contacts);
  const rates = contestants.map(({ name }) => (contacts / median(whole.get(name) ?? [])) * 1_000);
  const times = contestants.map(({ name }) => median(batches.get(name) ?? []));
  const ratio = (own = Number.NaN, other = Number.NaN) => Number((own / other).toPrecision(3));
  return [
    ...contestants.flatMap(({ name }, index): Figure[] => [
      { contestant: name, work: "contacts/s", value: Math.round(rates[index] ?? Number.NaN) },
      { contestant: name, work: "100-contact batch (ms)", value: Number((times[index] ?? 0).toPrecision(3)) },
    ]),
    { contestant: "scorekeeper ÷ SQL", work: "contacts/s", value: ratio(rates[0], rates[1]), target: 1.5 },
    {
      contestant: "scorekeeper ÷ SQL",
      work: "speed of a 100-contact batch",
      value: ratio(times[1], times[0]),
      target: 1,
    },
  ];
}

function printTable(figures: readonly Figure[], { contacts, rounds }: Sizes): void {
  console.log(
    `${contacts} contacts × ${EVENTS} events to saved values and history, chunks of ${CHUNK}, medians of ${rounds} rounds; ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
  );
  console.table(
    figures.map(({ contestant, work, value, target }) => ({
      contestant,
      work,
      value,
      target: target === undefined ? "" : `≥ ${target} ${value >= target ? "met" : "MISSED"}`,
    })),
  );
}

/** Measures both on a server of its own, prints a table and returns the figures; throws when their rows differ. */
export async function run(sizes: Sizes = { contacts: 100_000, rounds: 5 }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-bench-"));
  chmodSync(folder, 0o711);
  try {
    await using postgres = await startEmbeddedPostgres({ dataDir: folder });
    await using db = openDatabase({ url: postgres.url });
    await load(db, sizes);
    const figures = await measure(db, sizes);
    printTable(figures, sizes);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main)
  await run({ contacts: Number(process.argv[2] ?? 100_000), rounds: Number(process.argv[3] ?? 5) });
