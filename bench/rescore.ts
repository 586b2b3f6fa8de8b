// Compares a rescore of all contacts, from the database to saved values, with one SQL statement a chunk that does the same.
import { deepStrictEqual } from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createScoreCatalogue } from "../src/scores/score-catalogue.ts";
import { scoreMarkedRecords } from "../src/scores/score-records.ts";
import type { ScoreDefinition } from "../src/scoring/score-definition.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { startEmbeddedPostgres } from "../src/store/embedded.ts";
import { migrate } from "../src/store/migrate.ts";
import { saveRecords } from "../src/store/records.ts";
import { addVersion, promoteVersions, saveDraft } from "../src/store/scores.ts";
import { saveTimelines } from "../src/store/timelines.ts";
import { AT, EVENTS, engineContact } from "./engine-contacts.ts";
import { engineDefinition } from "./engine-definition.ts";
import { createSqlTables, loadSqlTables, sqlRescore, TEXTS, type Texts } from "./rescore-sql.ts";
import { contactAt } from "./timeline-data.ts";

type Name = "scorekeeper" | "one SQL statement" | "one SQL statement, texts folded beforehand";

/** One measured figure of a contestant, or how many times as fast as it the product is and should be at least. */
export type Figure = {
  readonly contestant: Name;
  readonly work: "contacts/s" | "100-contact batch (ms)" | "scorekeeper ÷ it" | "scorekeeper ÷ it, batch";
  readonly value: number;
  readonly target?: number;
};

type Sizes = { readonly contacts: number; readonly rounds: number };

const PORTAL = "p";
const OBJECT = "contact";
const CHUNK = 500;
const BATCH = 100;
const BATCHES = 5;
/** How many times as fast as a contestant the product should be: over all contacts, and in a batch. */
const TARGETS: { readonly [name: string]: readonly [number, number] } = {
  "one SQL statement": [1.5, 1],
};

/** The definition as it is, or with other points, so that each rescore changes what the one before saved. */
function definitionOf(version: number): ScoreDefinition {
  const definition = engineDefinition();
  if (version % 2 === 1) return definition;
  const groups = definition.groups.map((group) =>
    group.side === "engagement"
      ? { ...group, rules: group.rules.map((rule) => ({ ...rule, points: (rule.points ?? 0) * 2 })) }
      : { ...group, rules: group.rules.map((rule) => ({ ...rule, points: (rule.points ?? 0) + 1 })) },
  );
  return { ...definition, groups };
}

async function load(db: Database, { contacts }: Sizes): Promise<void> {
  await migrate(db);
  await db.query("insert into portals (portal_id) values ($1)", [PORTAL]);
  await createSqlTables(db, definitionOf(1));
  for (let first = 0; first < contacts; first += CHUNK) {
    const length = Math.min(CHUNK, contacts - first);
    const records = Array.from({ length }, (_, index) => engineContact(first + index));
    const bare = { changed: {}, history: {}, deletedAt: null, restoredAt: null };
    const stored = records.map(({ id, properties }) => ({ ...bare, id, properties }));
    await saveRecords(db, PORTAL, OBJECT, stored);
    await saveTimelines(db, PORTAL, new Map(records.map(({ id, events }) => [id, events])));
    await loadSqlTables(db, definitionOf(1), records);
  }
  await db.query("vacuum analyze");
}

type Contestant = {
  readonly name: Name;
  /** Makes ready what is not timed: publishes a version, marks records. */
  readonly prepare: (version: number, first: number, end: number) => Promise<void>;
  readonly rescore: (first: number, end: number, chunk: number) => Promise<void>;
};

function product(db: Database): Contestant {
  const deps = { db, catalogue: createScoreCatalogue(), now: () => AT };
  let scoreId: number | undefined;
  return {
    name: "scorekeeper",
    prepare: async (version, first, end) => {
      const definition = definitionOf(version);
      scoreId ??= (await saveDraft(db, PORTAL, definition)).scoreId;
      await addVersion(db, PORTAL, { scoreId, definition, at: AT, by: "bench", note: undefined });
      await promoteVersions(db, PORTAL, OBJECT);
      await db.query(
        `insert into dirty_marks (portal_id, object, record_id, priority, due_at)
         select portal_id, object, record_id, 1, now() from records
         where portal_id = $1 and object = $2 and record_id >= $3 and record_id < $4`,
        [PORTAL, OBJECT, contactAt(first), contactAt(end)],
      );
    },
    rescore: async (_first, _end, chunk) => {
      while ((await scoreMarkedRecords(deps, PORTAL, chunk)).records > 0);
    },
  };
}

function statement(db: Database, texts: Texts): Contestant {
  let version = 0;
  let run = sqlRescore(db, definitionOf(1), texts);
  return {
    name: texts === "folded" ? "one SQL statement, texts folded beforehand" : "one SQL statement",
    prepare: async (next) => {
      version = next;
      run = sqlRescore(db, definitionOf(next), texts);
    },
    rescore: async (first, end, chunk) => {
      for (let from = first; from < end; from += chunk)
        await run(contactAt(from), contactAt(Math.min(from + chunk, end)), version);
    },
  };
}

/** Holds the rows of all contestants to one another. */
async function checkRows(db: Database, contacts: number): Promise<void> {
  const columns = "record_id, version, value, engagement, fit, threshold, valid_until, computed_at";
  const rowsOf = (table: string) => db.query<object>(`select ${columns} from ${table} order by record_id`);
  const countOf = (table: string) => db.query<object>(`select count(*) from ${table}`);
  const own = await rowsOf("record_scores");
  if (own.length !== contacts) throw new Error(`${own.length} of ${contacts} contacts have results`);
  for (const texts of TEXTS) {
    deepStrictEqual(await rowsOf(`${texts}_record_scores`), own);
    deepStrictEqual(await countOf(`${texts}_score_history`), await countOf("score_history"));
  }
  console.error(`${own.length} result rows equal, validUntil and history included`);
}

type Part = { readonly first: number; readonly end: number; readonly chunk: number };

async function timed(contestant: Contestant, version: number, part: Part): Promise<number> {
  await contestant.prepare(version, part.first, part.end);
  const from = performance.now();
  await contestant.rescore(part.first, part.end, part.chunk);
  return performance.now() - from;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Times (ms) of whole rescores and of batches. */
type Samples = { readonly name: Name; readonly whole: number[]; readonly batches: number[] };

async function measure(db: Database, { contacts, rounds }: Sizes): Promise<readonly Samples[]> {
  const contestants = [product(db), ...TEXTS.map((texts) => statement(db, texts))];
  const samples = contestants.map(({ name }): Samples => ({ name, whole: [], batches: [] }));
  let version = 0;
  const all = async (part: Part, keep: (sample: Samples) => number[]) => {
    version += 1;
    for (const [index, contestant] of contestants.entries()) {
      const took = await timed(contestant, version, part);
      const sample = samples[index];
      if (sample) keep(sample).push(took);
    }
  };
  const whole = { first: 0, end: contacts, chunk: CHUNK };
  await all(whole, () => []);
  await checkRows(db, contacts);
  for (let round = 0; round < rounds; round++) {
    await all(whole, (sample) => sample.whole);
    for (let batch = 0; batch < BATCHES; batch++) {
      const first = ((round * BATCHES + batch) * 7_919) % (contacts - BATCH + 1);
      await all({ first, end: first + BATCH, chunk: BATCH }, (sample) => sample.batches);
    }
  }
  await checkRows(db, contacts);
  return samples;
}

function summarize(samples: readonly Samples[], contacts: number): Figure[] {
  const [own] = samples;
  return samples.flatMap(({ name, whole, batches }): Figure[] => {
    const ratio = (times: readonly number[], ownTimes: readonly number[] = []) =>
      Number((median(times) / median(ownTimes)).toPrecision(3));
    const [wholeTarget, batchTarget] = TARGETS[name] ?? [];
    const asked = (target: number | undefined) => (target === undefined ? {} : { target });
    return [
      { contestant: name, work: "contacts/s", value: Math.round((contacts / median(whole)) * 1_000) },
      { contestant: name, work: "100-contact batch (ms)", value: Number(median(batches).toPrecision(3)) },
      { contestant: name, work: "scorekeeper ÷ it", value: ratio(whole, own?.whole), ...asked(wholeTarget) },
      {
        contestant: name,
        work: "scorekeeper ÷ it, batch",
        value: ratio(batches, own?.batches),
        ...asked(batchTarget),
      },
    ];
  });
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

/** Measures all on a server of its own, prints a table and returns the figures; throws when their rows differ. */
export async function run(sizes: Sizes = { contacts: 100_000, rounds: 5 }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-bench-"));
  chmodSync(folder, 0o711);
  try {
    await using postgres = await startEmbeddedPostgres({ dataDir: folder });
    await using db = openDatabase({ url: postgres.url });
    await load(db, sizes);
    const figures = summarize(await measure(db, sizes), sizes.contacts);
    printTable(figures, sizes);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main)
  await run({ contacts: Number(process.argv[2] ?? 100_000), rounds: Number(process.argv[3] ?? 5) });
