// Measures how soon a notification's effect stands in HubSpot, at half of what HubSpot lets be written.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { signRequest } from "../src/hubspot/signature.ts";
import { saveCursor } from "../src/store/cursors.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { migrate } from "../src/store/migrate.ts";
import {
  expectedValue,
  liveContact,
  liveDefinition,
  loadPortal,
  type Title,
  writeContacts,
} from "./live-contacts.ts";
import { type LiveFigure, median, printFigures, quantile } from "./live-figures.ts";
import { callsAfter, isWrite, type LivePortal, lastCall, publish, shownValues } from "./live-portal.ts";
import {
  type Running,
  type Servers,
  startEmulatorProcess,
  startServers,
  startServiceProcess,
  until,
} from "./live-processes.ts";

type FreshnessSizes = { readonly contacts: number; readonly rounds: number; readonly seconds: number };

const PORTAL = "7002";
const TOKEN = "bench-token";
/** What the deliveries are signed with. */
export const SECRET = "bench-secret";
const BATCH = 100;
/** Half of 19 calls of 100 records a second. */
const PER_SECOND = 9.5;
/** The base points of the score in force. */
export const BASE = 1;

type Bench = {
  readonly servers: Servers;
  readonly db: Database;
  readonly portal: LivePortal;
  readonly contacts: number;
};

let events = 0;

/** Sends one delivery that tells of these contacts' new title; returns when (ms since 1970) it was sent. */
export async function notify(
  service: Pick<Running, "url">,
  { id }: Pick<LivePortal, "id">,
  places: readonly number[],
  title: Title,
): Promise<number> {
  const sentAt = Date.now();
  const notifications = places.map((place) => ({
    ...{ eventId: events++, subscriptionType: "contact.propertyChange", portalId: Number(id), appId: 1 },
    ...{ objectId: Number(liveContact(place).id), occurredAt: sentAt, attemptNumber: 0 },
    ...{ propertyName: "jobtitle", propertyValue: title, changeSource: "CRM_UI" },
  }));
  const [uri, body] = [`${service.url}/webhooks/hubspot`, JSON.stringify(notifications)];
  const signed = signRequest({ method: "POST", uri, body: Buffer.from(body) }, SECRET, sentAt);
  const headers = { "content-type": "application/json", ...signed };
  const answer = await fetch(uri, { method: "POST", body, headers });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`a delivery was answered with ${answer.status}`);
  return sentAt;
}

/** The delay (ms) from each sent change to the call that wrote it. */
export async function delaysOf(
  portal: LivePortal,
  from: number,
  sent: ReadonlyMap<string, number>,
): Promise<number[]> {
  const delays = new Map<string, number>();
  for (const { at, ids } of (await callsAfter(portal, from)).filter(isWrite)) {
    for (const id of ids) {
      const sentAt = sent.get(id);
      if (sentAt !== undefined && at >= sentAt && !delays.has(id)) delays.set(id, at - sentAt);
    }
  }
  if (delays.size < sent.size) throw new Error(`${sent.size - delays.size} changes were never written`);
  return [...delays.values()];
}

/** Returns once nothing of the portal waits any more. */
export function untilIdle(db: Database, portal: LivePortal): Promise<void> {
  const isIdle = async () => {
    const [row] = await db.query<{ open: boolean }>(
      `select exists (select 1 from inbox where portal_id = $1 and state = 'new')
         or exists (select 1 from backfill_runs where portal_id = $1 and state in ('reading', 'scoring'))
         or exists (select 1 from dirty_marks where portal_id = $1)
         or exists (select 1 from pending_writes where portal_id = $1 and pending) as open`,
      [portal.id],
    );
    return row?.open === false;
  };
  return until("nothing waits", isIdle, 300_000);
}

async function runRound(bench: Bench, service: Running, title: Title, seconds: number): Promise<number[]> {
  const { portal, contacts, db } = bench;
  const from = await lastCall(portal);
  const sent = new Map<string, number>();
  const batches = Math.min(Math.floor(contacts / BATCH), Math.round(seconds * PER_SECOND));
  const startedAt = performance.now();
  for (let batch = 0; batch < batches; batch++) {
    await pause(Math.max(0, startedAt + (batch * 1_000) / PER_SECOND - performance.now()));
    const places = Array.from({ length: BATCH }, (_, index) => batch * BATCH + index);
    const sentAt = await notify(service, portal, places, title);
    for (const place of places) sent.set(liveContact(place).id, sentAt);
  }
  await untilIdle(db, portal);
  const delays = await delaysOf(portal, from, sent);
  const shown = await shownValues(portal);
  const expected = expectedValue(liveDefinition(BASE));
  for (let place = 0; place < batches * BATCH; place++) {
    const contact = liveContact(place, title);
    if (shown.get(contact.id) !== expected(contact))
      throw new Error(`contact ${contact.id} shows ${shown.get(contact.id)}, not ${expected(contact)}`);
  }
  return delays;
}

async function measureOn(
  bench: Bench,
  redisUrl: string | undefined,
  sizes: FreshnessSizes,
): Promise<LiveFigure[]> {
  const { servers, portal, db } = bench;
  // The emulator knows nothing of these titles: a reconciler that looked at what was written would read the old ones.
  await saveCursor(db, portal.id, "modified contact", { since: Date.now() });
  await using service = await startServiceProcess(servers.folder, {
    ...{ DATABASE_URL: servers.databaseUrl, HUBSPOT_API_URL: portal.url, HUBSPOT_CLIENT_SECRET: SECRET },
    ...{ HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_PORTAL_ID: portal.id },
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
  });
  const [p50, p99]: [number[], number[]] = [[], []];
  for (let round = 0; round < sizes.rounds; round++) {
    const delays = await runRound(bench, service, round % 2 === 0 ? "Chief" : "Clerk", sizes.seconds);
    p50.push(quantile(delays, 0.5) / 1_000);
    p99.push(quantile(delays, 0.99) / 1_000);
    console.error(`${delays.length} changes: p50 ${p50.at(-1)} s, p99 ${p99.at(-1)} s`);
  }
  // The next service starts from the titles that this one's first did.
  if (sizes.rounds % 2 === 1) await runRound(bench, service, "Clerk", sizes.seconds);
  const queue = redisUrl === undefined ? "PostgreSQL" : "Redis";
  return [
    { figure: `p50 seconds, queue on ${queue}`, value: median(p50) },
    { figure: `p99 seconds, queue on ${queue}`, value: median(p99), target: redisUrl === undefined ? 5 : 2 },
  ];
}

/** Measures from notification to property at half of the write limit; throws when a value comes out wrong. */
export async function run(given: Partial<FreshnessSizes> = {}): Promise<LiveFigure[]> {
  const sizes = { contacts: 30_000, rounds: 5, seconds: 20, ...given };
  await using servers = await startServers();
  await using db = openDatabase({ url: servers.databaseUrl, max: 4 });
  await migrate(db);
  const file = join(servers.folder, "contacts.ndjson");
  await writeContacts(file, sizes.contacts);
  const options = ["--data", file, "--burst", "190", "--portal-id", PORTAL, "--token", TOKEN];
  await using emulator = await startEmulatorProcess(servers.folder, options);
  const portal = { id: PORTAL, token: TOKEN, url: emulator.url, control: emulator.url };
  await loadPortal(db, PORTAL, sizes.contacts);
  const bench = { servers, db, portal, contacts: sizes.contacts };
  await prepare(bench);
  const figures = servers.redisUrl === undefined ? [] : await measureOn(bench, servers.redisUrl, sizes);
  figures.push(...(await measureOn(bench, undefined, sizes)));
  const title = `${Math.round(PER_SECOND * BATCH)} notifications/s for ${sizes.seconds} s, medians of ${sizes.rounds} rounds`;
  printFigures(title, figures);
  return figures;
}

async function prepare({ servers, db, portal }: Bench): Promise<void> {
  await using _service = await startServiceProcess(servers.folder, {
    ...{ DATABASE_URL: servers.databaseUrl, HUBSPOT_API_URL: portal.url, HUBSPOT_CLIENT_SECRET: SECRET },
    ...{ HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_PORTAL_ID: portal.id },
  });
  await publish(db, portal, liveDefinition(BASE));
  await untilIdle(db, portal);
}
