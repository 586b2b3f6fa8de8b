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
type Measured = { readonly figures: Figure[]; readonly checksum: number };

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

async function load(db: Database, layout: Layout, { contacts }: Sizes): Promise<void> {
  await createTable(db, layout);
  for (let first = 0; first < contacts; first += CHUNK)
    await layout.load(db, makeTimelines(first, Math.min(CHUNK, contacts - first), EVENTS));
  await db.query(`vacuum analyze ${layout.table}`);
  await db.query("checkpoint");
}

/** Sums up what was read, in a way that does not depend on the layout. */
function sumUp(timelines: Timelines): number {
  let sum = 0;
  for (const events of timelines.values())
    for (const event of events) sum += (event.occurredAt % 1_000_003) + event.id.length + event.type.length;
  return sum;
}

/** Reads all contacts in pages, in as many runs as there are to be; returns contacts a second and the sum of it all. */
async function measureReading(
  db: Database,
  layout: Layout,
  { contacts }: Sizes,
): Promise<{ rate: number; checksum: number }> {
  const share = contacts / RUNS;
  const rates: number[] = [];
  let checksum = 0;
  for (let run = 0; run < RUNS; run++) {
    const ms = await time(async () => {
      for (let first = run * share; first < (run + 1) * share; first += PAGE) {
        const last = Math.min(first + PAGE, (run + 1) * share) - 1;
        checksum += sumUp(await layout.read(db, contactAt(first), contactAt(last)));
      }
    });
    rates.push((share / ms) * 1_000);
  }
  return { rate: median(rates), checksum };
}

/** Does work on chunks of 500 contacts spread over all of them; returns contacts a second. */
async function measureChunks(
  { contacts }: Sizes,
  prepare: (first: number) => Timelines,
  work: (timelines: Timelines) => Promise<void>,
): Promise<number> {
  const rates: number[] = [];
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const timelines = prepare(Math.floor(((contacts - CHUNK) / CHUNKS) * chunk));
    rates.push((CHUNK / (await time(() => work(timelines)))) * 1_000);
  }
  return median(rates);
}

async function measure(db: Database, layout: Layout, sizes: Sizes): Promise<Measured> {
  const loading = await time(() => load(db, layout, sizes));
  const [size] = await db.query<{ mb: number }>(
    `select pg_total_relation_size('${layout.table}')::float8 / 1e6 as mb`,
  );
  const reading = await measureReading(db, layout, sizes);
  const add = (timelines: Timelines) => layout.add(db, timelines);
  const late = await measureChunks(sizes, (first) => makeTimelines(first, CHUNK, 2, 1), add);
  const again = await measureChunks(sizes, (first) => makeTimelines(first, CHUNK, 2, 1), add);
  const afterAdding = await measureReading(db, layout, sizes);
  const forget = (timelines: Timelines) => forgetContacts(db, layout, [...timelines.keys()]);
  const forgetting = await measureChunks(sizes, (first) => makeTimelines(first, CHUNK, 0), forget);
  const afterForgetting = await measureReading(db, layout, sizes);
  const figure = (work: string, value: number, unit = "contacts/s"): Figure => ({
    layout: layout.name,
    work,
    value: Math.round(value),
    unit,
  });
  return {
    checksum: reading.checksum + afterAdding.checksum * 3 + afterForgetting.checksum * 7,
    figures: [
      figure("first load", (sizes.contacts / loading) * 1_000),
      figure("size with index", size?.mb ?? Number.NaN, "MB"),
      figure("read for scoring", reading.rate),
      figure("add 2 late events", late),
      figure("add 2 repeated events", again),
      figure("privacy deletion", forgetting),
    ],
  };
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
    const measured: Measured[] = [];
    for (const layout of LAYOUTS) measured.push(await measure(db, layout, sizes));
    for (const { checksum } of measured) equal(checksum, measured[0]?.checksum);
    const figures = measured.flatMap((one) => one.figures);
    printTable(figures, sizes);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await run({ contacts: Number(process.argv[2] ?? 100_000) });
