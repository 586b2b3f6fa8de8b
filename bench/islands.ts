// Measures what one portal's burst costs another portal of the same service that is quiet.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Database, openDatabase } from "../src/store/database.ts";
import { createKeyRing } from "../src/store/key-ring.ts";
import { migrate } from "../src/store/migrate.ts";
import { saveTokens } from "../src/store/portal-tokens.ts";
import { BASE, delaysOf, notify, SECRET, untilIdle } from "./freshness.ts";
import {
  expectedValue,
  liveContact,
  liveDefinition,
  loadPortal,
  type Title,
  writeContacts,
} from "./live-contacts.ts";
import { type LiveFigure, median, printFigures, quantile } from "./live-figures.ts";
import { type LivePortal, lastCall, publish, shownValues } from "./live-portal.ts";
import { type Running, startEmulatorProcess, startServers, startServiceProcess } from "./live-processes.ts";

type IslandSizes = { readonly burst: number; readonly rounds: number; readonly seconds: number };

const BUSY = "7003";
const QUIET = "7004";
const BATCH = 100;
const QUIET_CONTACTS = 200;
const EVERY_MS = 250;
const SECRET_KEY = randomBytes(32).toString("base64");
const HOUR_MS = 3_600_000;

type Bench = {
  readonly db: Database;
  readonly service: Running;
  readonly busy: LivePortal;
  readonly quiet: LivePortal;
  readonly burst: number;
  /** The titles of the quiet portal's contacts, by place. */
  readonly titles: Title[];
};

/** Gives one contact of the quiet portal its other title every 250 ms until `isOver`; returns the delays (ms) of all changes. */
async function follow(bench: Bench, isOver: (changes: number) => boolean): Promise<number[]> {
  const { db, service, quiet, titles } = bench;
  const from = await lastCall(quiet);
  const sent = new Map<string, number>();
  for (let place = 0; place < QUIET_CONTACTS && !isOver(place); place++) {
    const startedAt = performance.now();
    const title = titles[place] === "Chief" ? "Clerk" : "Chief";
    titles[place] = title;
    sent.set(liveContact(place).id, await notify(service, quiet, [place], title));
    await pause(Math.max(0, startedAt + EVERY_MS - performance.now()));
  }
  await untilIdle(db, quiet);
  const shown = await shownValues(quiet);
  const expected = expectedValue(liveDefinition(BASE));
  for (let place = 0; place < sent.size; place++) {
    const contact = liveContact(place, titles[place]);
    if (shown.get(contact.id) !== expected(contact))
      throw new Error(`contact ${contact.id} shows a wrong value`);
  }
  return delaysOf(quiet, from, sent);
}

async function sendBurst({ service, busy, burst }: Bench, title: Title): Promise<void> {
  for (let first = 0; first < burst; first += BATCH)
    await notify(
      service,
      busy,
      Array.from({ length: Math.min(BATCH, burst - first) }, (_, index) => first + index),
      title,
    );
}

/** The quiet portal's delays (ms) with the other one quiet too, and during its burst. */
async function runRound(bench: Bench, round: number, seconds: number) {
  const alone = await follow(bench, (changes) => changes * EVERY_MS >= seconds * 1_000);
  let isOver = false;
  const burst = sendBurst(bench, round % 2 === 0 ? "Chief" : "Clerk")
    .then(() => untilIdle(bench.db, bench.busy))
    .finally(() => {
      isOver = true;
    });
  const beside = await follow(bench, () => isOver);
  await burst;
  const p95 = [quantile(alone, 0.95) / 1_000, quantile(beside, 0.95) / 1_000] as const;
  console.error(`p95 alone ${p95[0]} s, beside a burst ${p95[1]} s (${beside.length} changes)`);
  return p95;
}

/** Loads the portal's contacts into the database and publishes the score; they are written as the service starts. */
async function prepare(db: Database, portal: LivePortal, contacts: number): Promise<void> {
  await loadPortal(db, portal.id, contacts);
  await publish(db, portal, liveDefinition(BASE));
}

/** Measures a quiet portal's freshness beside a burst of another; throws when a value comes out wrong. */
export async function run(given: Partial<IslandSizes> = {}): Promise<LiveFigure[]> {
  const sizes = { burst: 50_000, rounds: 5, seconds: 20, ...given };
  await using servers = await startServers();
  await using db = openDatabase({ url: servers.databaseUrl, max: 4 });
  await migrate(db);
  const file = join(servers.folder, "contacts.ndjson");
  await writeContacts(file, Math.max(sizes.burst, QUIET_CONTACTS));
  const options = ["--data", file, "--burst", "190", "--portal-id", BUSY, "--portal", `${QUIET}:enterprise`];
  await using emulator = await startEmulatorProcess(servers.folder, options);
  const place = { url: emulator.url, control: emulator.url };
  const busy = { id: BUSY, token: "emulator-token", ...place };
  const quiet = { id: QUIET, token: `emulator-token-${QUIET}`, ...place };
  await prepare(db, busy, sizes.burst);
  await prepare(db, quiet, QUIET_CONTACTS);
  await saveTokens(db, createKeyRing([SECRET_KEY]), quiet.id, {
    ...{
      accessToken: quiet.token,
      refreshToken: "none",
      expiresInMs: HOUR_MS * 24,
      scopes: undefined,
      isReplacement: false,
    },
  });
  await using service = await startServiceProcess(servers.folder, {
    ...{ DATABASE_URL: servers.databaseUrl, HUBSPOT_API_URL: busy.url, HUBSPOT_CLIENT_SECRET: SECRET },
    ...{
      HUBSPOT_ACCESS_TOKEN: busy.token,
      HUBSPOT_PORTAL_ID: busy.id,
      SECRET_KEY,
      HUBSPOT_CLIENT_ID: "bench",
    },
    ...(servers.redisUrl !== undefined && { REDIS_URL: servers.redisUrl }),
  });
  const titles = Array.from({ length: QUIET_CONTACTS }, (): Title => "Clerk");
  const bench = { db, service, busy, quiet, titles, burst: sizes.burst };
  await untilIdle(db, busy);
  await untilIdle(db, quiet);
  const rounds: (readonly [number, number])[] = [];
  for (let round = 0; round < sizes.rounds; round++) rounds.push(await runRound(bench, round, sizes.seconds));
  const figures = [
    { figure: "p95 seconds of the quiet portal, alone", value: median(rounds.map(([alone]) => alone)) },
    {
      figure: "p95 seconds of the quiet portal, beside the burst",
      value: median(rounds.map(([, beside]) => beside)),
    },
    { figure: "beside ÷ alone", value: median(rounds.map(([alone, beside]) => beside / alone)), target: 2 },
  ];
  printFigures(
    `a burst of ${sizes.burst} notifications in one portal, medians of ${sizes.rounds} rounds`,
    figures,
  );
  return figures;
}
