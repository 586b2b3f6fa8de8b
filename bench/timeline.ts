// Compares ways of keeping contacts' events: what reading them for a rescore, adding to them and forgetting them costs.
import { deepStrictEqual, equal } from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "../src/store/database.ts";
import { startEmbeddedPostgres } from "../src/store/embedded.ts";
import { contactAt, eventsOf } from "./timeline-data.ts";
import { createTable, forgetContacts, LAYOUTS, type Layout, type Timelines } from "./timeline-layouts.ts";

/** One measured figure of one layout. */
export type Figure = {
  readonly layout: string;
  readonly work: string;
  readonly value: number;
  readonly unit: string;
};

const EVENTS = 50;
const PAGE = 2_000;
const CHUNK = 500;
const RUNS = 5;
const CHUNKS = 10;

type Sizes = { readonly contacts: number };

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function time(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function makeTimelines(first: number, count: number, events: number, series = 0): Timelines {
  return new Map(
    Array.from({ length: count }, (_, index) => [
      contactAt(first + index),
      eventsOf(first + index, events, series),
    ]),
  );
}

/** One piece of work that every layout does in turn, so that a busy moment of the machine does not hit one alone. */
type Round = { readonly contacts: number; readonly work: (layout: Layout) => Promise<void> };

async function measure(name: string, rounds: Iterable<Round>): Promise<Figure[]> {
  const rates = new Map<Layout, number[]>(LAYOUTS.map((layout) => [layout, []]));
  for (const { contacts, work } of rounds)
    for (const layout of LAYOUTS)
      rates.get(layout)?.push((contacts / (await time(() => work(layout)))) * 1_000);
  return LAYOUTS.map((layout) => ({
    layout: layout.name,
    work: name,
    value: Math.round(median(rates.get(layout) ?? [])),
    unit: "contacts/s",
  }));
}

function* loadRounds(db: Database, { contacts }: Sizes): Iterable<Round> {
  for (let first = 0; first < contacts; first += CHUNK) {
    const timelines = makeTimelines(first, Math.min(CHUNK, contacts - first), EVENTS);
    yield { contacts: timelines.size, work: (layout) => layout.load(db, timelines) };
  }
}

/** Sums up what was read, in a way that does not depend on the layout. */
function sumUp(timelines: Timelines): number {
  let sum = 0;
  for (const events of timelines.values())
    for (const event of events) sum += (event.occurredAt % 1_000_003) + event.id.length + event.type.length;
  return sum;
}

/** Reads all contacts in pages, a fifth of them a round; `sums` gets a sum of what each layout gave. */
function* readRounds(db: Database, { contacts }: Sizes, sums: Map<Layout, number>): Iterable<Round> {
  const share = contacts / RUNS;
  for (let run = 0; run < RUNS; run++) {
    const end = (run + 1) * share;
    const work = async (layout: Layout) => {
      for (let first = run * share; first < end; first += PAGE) {
        const page = await layout.read(db, contactAt(first), contactAt(Math.min(first + PAGE, end) - 1));
        sums.set(layout, (sums.get(layout) ?? 0) + sumUp(page));
      }
    };
    yield { contacts: share, work };
  }
}

async function measureReading(name: string, db: Database, sizes: Sizes): Promise<Figure[]> {
  const sums = new Map<Layout, number>();
  const figures = await measure(name, readRounds(db, sizes, sums));
  equal(new Set(sums.values()).size, 1, "The layouts gave different events");
  return figures;
}

/** Works on chunks of 500 contacts spread over all of them. */
function* chunkRounds(
  { contacts }: Sizes,
  prepare: (first: number) => Timelines,
  work: (layout: Layout, timelines: Timelines) => Promise<void>,
): Iterable<Round> {
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const timelines = prepare(Math.floor(((contacts - CHUNK) / CHUNKS) * chunk));
    yield { contacts: CHUNK, work: (layout) => work(layout, timelines) };
  }
}

async function measureSizes(db: Database): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, table } of LAYOUTS) {
    await db.query(`vacuum analyze ${table}`);
    const [size] = await db.query<{ mb: number }>(
      `select pg_total_relation_size('${table}')::float8 / 1e6 as mb`,
    );
    const value = Math.round(size?.mb ?? Number.NaN);
    figures.push({ layout: name, work: "size with index", value, unit: "MB" });
  }
  await db.query("checkpoint");
  return figures;
}

async function measureAll(db: Database, sizes: Sizes): Promise<Figure[]> {
  for (const layout of LAYOUTS) await createTable(db, layout);
  const late = (first: number) => makeTimelines(first, CHUNK, 2, 1);
  const nothing = (first: number) => makeTimelines(first, CHUNK, 0);
  const add = (layout: Layout, timelines: Timelines) => layout.add(db, timelines);
  const forget = (layout: Layout, timelines: Timelines) => forgetContacts(db, layout, [...timelines.keys()]);
  const figures = [
    ...(await measure("first load", loadRounds(db, sizes))),
    ...(await measureSizes(db)),
    ...(await measureReading("read for scoring", db, sizes)),
    ...(await measure("add 2 late events", chunkRounds(sizes, late, add))),
    ...(await measure("add 2 repeated events", chunkRounds(sizes, late, add))),
    ...(await measureReading("read after adding", db, sizes)),
    ...(await measure("privacy deletion", chunkRounds(sizes, nothing, forget))),
  ];
  await measureReading("read after deletion", db, sizes);
  return figures;
}

/** Holds the layouts to one another on whole pages, event by event, before anything is measured. */
async function checkLayouts(db: Database): Promise<void> {
  const expected: Timelines[] = [];
  for (const layout of LAYOUTS) {
    await createTable(db, layout);
    await layout.load(db, makeTimelines(0, CHUNK, EVENTS));
    await layout.add(db, makeTimelines(100, 200, 3, 1));
    await layout.add(db, makeTimelines(0, CHUNK, 2));
    await forgetContacts(db, layout, [contactAt(7), contactAt(499)]);
    expected.push(await layout.read(db, contactAt(0), contactAt(CHUNK)));
    await db.query(`drop table ${layout.table}`);
  }
  const [first, ...others] = expected;
  for (const other of others) deepStrictEqual(other, first);
}

function printTable(figures: readonly Figure[], { contacts }: Sizes): void {
  console.log(
    `${contacts} contacts × ${EVENTS} events, pages of ${PAGE}, chunks of ${CHUNK}, medians of ${RUNS} (reading) and ${CHUNKS} (chunks); ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
  );
  const works = [...new Set(figures.map((figure) => figure.work))];
  console.table(
    Object.fromEntries(
      works.map((work) => [
        work,
        Object.fromEntries(
          figures
            .filter((figure) => figure.work === work)
            .map(({ layout, value, unit }) => [layout, `${value.toLocaleString("en")} ${unit}`]),
        ),
      ]),
    ),
  );
}

/** Measures every layout on a server of its own, prints a table and returns its figures; throws when they disagree. */
export async function run(sizes: Sizes = { contacts: 100_000 }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-bench-"));
  chmodSync(folder, 0o711);
  try {
    await using postgres = await startEmbeddedPostgres({ dataDir: folder });
    await using db = openDatabase({ url: postgres.url });
    await checkLayouts(db);
    const figures = await measureAll(db, sizes);
    printTable(figures, sizes);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await run({ contacts: Number(process.argv[2] ?? 100_000) });
