// Measures how fast changed values of a whole portal reach HubSpot at its limit, and what killing the service costs.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { saveCursor } from "../src/store/cursors.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { migrate } from "../src/store/migrate.ts";
import { expectedValue, liveContact, liveDefinition, loadPortal, writeContacts } from "./live-contacts.ts";
import { type LiveFigure, median, printFigures } from "./live-figures.ts";
import {
  type Call,
  callsAfter,
  isWrite,
  type LivePortal,
  lastCall,
  publish,
  shownValues,
} from "./live-portal.ts";
import {
  type Running,
  type Servers,
  startEmulatorProcess,
  startServers,
  startServiceProcess,
  until,
} from "./live-processes.ts";

type WritebackSizes = { readonly contacts: number; readonly rounds: number; readonly kills: number };

const PORTAL = "7001";
const TOKEN = "bench-token";
const CALLS_PER_SECOND = 19;
/** Nothing of the score waits any more once this long (ms) no value was written and nothing is left to write. */
const QUIET_MS = 1_500;

type Bench = {
  readonly servers: Servers;
  readonly db: Database;
  readonly portal: LivePortal;
  readonly contacts: number;
};

type Round = { readonly seconds: number; readonly writes: readonly Call[]; readonly calls: readonly Call[] };

/** What a round before wrote is found changed by the reconciler, unless its look begins now. */
async function startService({ servers, db, portal }: Bench, isReconcilerIdle = true): Promise<Running> {
  if (isReconcilerIdle) await saveCursor(db, portal.id, "modified contact", { since: Date.now() });
  return startServiceProcess(servers.folder, {
    DATABASE_URL: servers.databaseUrl,
    ...(servers.redisUrl !== undefined && { REDIS_URL: servers.redisUrl }),
    HUBSPOT_API_URL: portal.url,
    HUBSPOT_ACCESS_TOKEN: portal.token,
    HUBSPOT_PORTAL_ID: portal.id,
    HUBSPOT_CLIENT_SECRET: "secret",
  });
}

async function isDone({ db, portal }: Bench): Promise<boolean> {
  const [row] = await db.query<{ open: boolean }>(
    `select exists (select 1 from backfill_runs where portal_id = $1 and state in ('reading', 'scoring'))
       or exists (select 1 from dirty_marks where portal_id = $1)
       or exists (select 1 from pending_writes where portal_id = $1 and pending) as open`,
    [portal.id],
  );
  return row?.open === false;
}

/** Kills the service and starts it again, `kills` times spread over the round. */
async function killAlong(bench: Bench, service: Running, from: number, kills: number): Promise<Running> {
  let running = service;
  for (let kill = 1; kill <= kills; kill++) {
    const share = (bench.contacts / 100) * (kill / (kills + 1));
    const isThere = async () => (await callsAfter(bench.portal, from)).filter(isWrite).length >= share;
    await until(`part ${kill} of the values is written`, isThere, 300_000);
    await running.kill();
    running = await startService(bench);
  }
  return running;
}

/** Publishes a definition under which every value differs, and waits until HubSpot shows them all. */
const CALM = { kills: 0, isReconcilerIdle: true };

type Circumstances = { readonly kills: number; readonly isReconcilerIdle: boolean };

async function runRound(bench: Bench, base: number, round: Circumstances): Promise<Round> {
  const { db, portal, contacts } = bench;
  const { kills, isReconcilerIdle } = round;
  const service = await startService(bench, isReconcilerIdle);
  const from = await lastCall(portal);
  const startedAt = Date.now();
  await publish(db, portal, liveDefinition(base));
  await using _last = await killAlong(bench, service, from, kills);
  await until("every value is written", () => isDone(bench), 600_000);
  await pause(QUIET_MS);
  const calls = await callsAfter(portal, from);
  const writes = calls.filter(isWrite);
  await checkRound(bench, base, writes, kills > 0);
  if (calls.some(({ status }) => status === 429)) throw new Error("HubSpot's limit was met");
  const seconds = (Math.max(...writes.map(({ at }) => at)) - startedAt) / 1_000;
  const beside = isReconcilerIdle ? "" : ", the reconciler beside";
  console.error(
    `${contacts} contacts, ${kills} kills${beside}: ${writes.length} calls, ${seconds.toFixed(1)} s`,
  );
  return { seconds, writes, calls };
}

/** Throws where the portal shows a wrong value, or, in a run without kills, where a record was written twice. */
async function checkRound(
  { portal, contacts }: Bench,
  base: number,
  writes: readonly Call[],
  isDisturbed: boolean,
): Promise<void> {
  const shown = await shownValues(portal);
  const expected = expectedValue(liveDefinition(base));
  for (let place = 0; place < contacts; place++) {
    const contact = liveContact(place);
    const [value, right] = [shown.get(contact.id), expected(contact)];
    if (value !== right) throw new Error(`contact ${contact.id} shows ${value}, not ${right}`);
  }
  const written = writes.reduce((sum, { ids }) => sum + ids.length, 0);
  if (!isDisturbed && written !== contacts)
    throw new Error(`${written} records were written, not ${contacts}`);
}

/** Throws where publishing the same rules again, which changes no value, writes anything. */
async function checkIdle(bench: Bench, base: number): Promise<void> {
  const from = await lastCall(bench.portal);
  await using _service = await startService(bench);
  await publish(bench.db, bench.portal, liveDefinition(base));
  await until("every record is scored", () => isDone(bench), 300_000);
  await pause(QUIET_MS);
  const writes = (await callsAfter(bench.portal, from)).filter(isWrite);
  if (writes.length > 0) throw new Error(`${writes.length} calls wrote values that had not changed`);
}

type Rounds = {
  readonly measured: readonly Round[];
  readonly beside: Round;
  readonly disturbed: Round | undefined;
};

function figuresOf(bench: Bench, { measured, beside, disturbed }: Rounds, kills: number): LiveFigure[] {
  const [seconds, calls] = [
    median(measured.map((one) => one.seconds)),
    median(measured.map((one) => one.writes.length)),
  ];
  const figures: LiveFigure[] = [
    { figure: "calls per 100 changed records", value: (calls * 100) / bench.contacts, target: 1.02 },
    { figure: "seconds", value: seconds },
    { figure: "seconds ÷ (calls ÷ 19)", value: seconds / (calls / CALLS_PER_SECOND), target: 1.1 },
    { figure: "answers 429", value: 0, target: 0 },
    { figure: "seconds, the reconciler looking at all records beside", value: beside.seconds },
  ];
  if (!disturbed) return figures;
  const cost = (disturbed.seconds - seconds) / kills;
  return [
    ...figures,
    { figure: `seconds lost by each of ${kills} kills`, value: Math.max(0, cost), target: 35 },
  ];
}

async function measure(bench: Bench, { rounds, kills }: WritebackSizes): Promise<LiveFigure[]> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await runRound(bench, round + 1, CALM));
  await checkIdle(bench, rounds);
  const beside = await runRound(bench, rounds + 1, { ...CALM, isReconcilerIdle: false });
  const disturbed = kills > 0 ? await runRound(bench, rounds + 2, { ...CALM, kills }) : undefined;
  return figuresOf(bench, { measured, beside, disturbed }, kills);
}

/** Measures the write-back of a whole portal through the service's own processes; throws when a value comes out wrong. */
export async function run(given: Partial<WritebackSizes> = {}): Promise<LiveFigure[]> {
  const sizes = { contacts: 100_000, rounds: 5, kills: 3, ...given };
  await using servers = await startServers();
  await using db = openDatabase({ url: servers.databaseUrl, max: 4 });
  await migrate(db);
  const file = join(servers.folder, "contacts.ndjson");
  await writeContacts(file, sizes.contacts);
  const options = ["--data", file, "--burst", "190", "--portal-id", PORTAL, "--token", TOKEN];
  await using emulator = await startEmulatorProcess(servers.folder, options);
  const portal = { id: PORTAL, token: TOKEN, url: emulator.url, control: emulator.url };
  await loadPortal(db, PORTAL, sizes.contacts);
  console.error(`${sizes.contacts} contacts with their events are loaded`);
  const figures = await measure({ servers, db, portal, contacts: sizes.contacts }, sizes);
  const title = `${sizes.contacts} changed contacts at 190 calls in 10 s, medians of ${sizes.rounds} rounds, queue on ${servers.redisUrl ? "Redis" : "PostgreSQL"}`;
  printFigures(title, figures);
  return figures;
}
