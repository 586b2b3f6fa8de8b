import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { pino } from "pino";
import type { Tier } from "../../emulator/portal/tier.ts";
import type { RecordLineInput } from "../../emulator/records/record-line.ts";
import { receiverMetrics } from "../../service/receiver-metrics.ts";
import { createCallBudget } from "../../src/call-budget.ts";
import { createCallStops } from "../../src/call-stops.ts";
import type { Clock } from "../../src/clock.ts";
import { guardedClient } from "../../src/guarded-client.ts";
import { createHubSpotClient } from "../../src/hubspot/client.ts";
import { staticToken } from "../../src/hubspot/token.ts";
import { createMetrics } from "../../src/metrics.ts";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { createScoreCatalogue } from "../../src/scores/score-catalogue.ts";
import { subscriptionsFor } from "../../src/scores/subscriptions.ts";
import type { ScoreDefinition } from "../../src/scoring/definition.ts";
import type { Database } from "../../src/store/database.ts";
import { storeDeliveries } from "../../src/store/inbox.ts";
import { savePortal } from "../../src/store/portals.ts";
import { saveDraft } from "../../src/store/scores.ts";
import { createNotificationRoute } from "../../webhooks/notification-route.ts";
import { poll } from "../../workers/poll/poll.ts";
import type { WorkContext } from "../../workers/work-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type EmulatedAccount, startAccount } from "./emulated-account.ts";
import { drain } from "./work-through.ts";

const SECRET = "a-client-secret";
const TIME_ZONE = "Europe/Amsterdam";

/** An account that is scored: the emulated account, a database, the receiver, and all stages at the test's hand. */
export type ScoredPortal = AsyncDisposable & {
  readonly id: string;
  readonly account: EmulatedAccount;
  readonly database: TestDatabase;
  readonly db: Database;
  readonly work: WorkContext;
  /** Every line that the stages and the receiver logged. */
  readonly logged: readonly string[];
  /** Where the receiver listens. */
  readonly receiverUrl: string;
  /** Publishes definitions, tells the account what to notify of, and works until every value is written. */
  publish(...definitions: readonly ScoreDefinition[]): Promise<void>;
  /** Puts a delivery of these notifications into the inbox, as the receiver does. */
  receive(notifications: readonly object[]): Promise<void>;
  /** Waits for the account's notifications, polls its events and works until nothing is left. */
  settle(): Promise<void>;
};

type PortalOptions = {
  readonly records: readonly RecordLineInput[];
  readonly portalId?: number;
  /** A database that other portals share; one of its own by default. */
  readonly database?: TestDatabase;
  /** Calls in 10 s that the account allows, and the portal's budget keeps to; unlimited by default. */
  readonly burst?: number;
  /** Calls a day that the account allows. */
  readonly daily?: number;
  /** The account's edition; enterprise by default. */
  readonly tier?: Tier;
  /** How long an answer may take. */
  readonly timeoutMs?: number;
  /** Percent of the account's calls that looking for what nothing told may take; 10 by default. */
  readonly share?: number;
  /** What becomes of scores edited in HubSpot; repaired by default. */
  readonly drift?: "repair" | "report";
};

function clockOf({ emulator }: EmulatedAccount): Clock {
  const { clock } = emulator.portal;
  return { now: () => clock.now(), isRunning: () => clock.isRunning(), close: () => undefined };
}

const unlimited = { take: () => Promise.resolve(), observe: () => Promise.resolve() };

/** The workers' context. Jobs are hints that the tables repeat, so a queue that drops them all changes no result. */
function createWork(
  account: EmulatedAccount,
  db: Database,
  options: Pick<PortalOptions, "burst" | "drift" | "share" | "timeoutMs"> & { readonly logged: string[] },
): WorkContext {
  const isLimited = options.burst !== undefined;
  const clock = clockOf(account);
  const stops = createCallStops({ db, clock, onBreaker: () => undefined }, account.id);
  const plain = createHubSpotClient({
    baseUrl: account.emulator.url,
    version: "2026-09",
    tokens: staticToken(account.emulator.token),
    budget: isLimited ? createCallBudget(db, account.id, stops.noteDay) : unlimited,
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
  });
  const client = isLimited ? guardedClient(db, account.id, plain, stops) : plain;
  return {
    db,
    queue: { enqueue: () => Promise.resolve() },
    clock,
    catalogue: createScoreCatalogue(),
    clients: { has: (portal) => portal === account.id, clientFor: () => client },
    log: pino({ level: "trace" }, { write: (line) => void options.logged.push(line) }),
    metrics: createMetrics(),
    reconcile: { share: options.share ?? 10, drift: options.drift ?? "repair" },
    appId: undefined,
  };
}

/** Starts the receiver on a free port; its address is what notifications are signed for. */
async function startReceiver(work: WorkContext, stack: AsyncDisposableStack): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const publicUrl = `http://127.0.0.1:${port}`;
  const { clock, queue, log, metrics, db } = work;
  const route = createNotificationRoute({
    inbox: { store: (deliveries) => storeDeliveries(db, deliveries) },
    ...{ queue, clock, log, publicUrl, secrets: [SECRET], metrics: receiverMetrics(metrics) },
  });
  server.on("request", express().use(route));
  stack.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `${publicUrl}/webhooks/hubspot`;
}

let received = 0;

function receiveInto(db: Database, portal: string, clock: Clock) {
  return async (notifications: readonly object[]): Promise<void> => {
    const body = Buffer.from(JSON.stringify(notifications));
    const signatureDigest = `by-hand-${received++}`;
    const delivery = { portal, signatureDigest, receivedAt: clock.now(), body };
    await storeDeliveries(db, [{ ...delivery, eventCount: notifications.length }]);
  };
}

async function listen(account: EmulatedAccount, work: WorkContext, targetUrl: string): Promise<void> {
  const subscriptions = subscriptionsFor(await work.catalogue.load(work.db, account.id));
  await account.ask("POST", "/__webhooks", {
    ...{ targetUrl, clientSecret: SECRET, subscriptions, windowMs: 0, retryDelayMs: 10 },
  });
}

/** Opens a scored portal over these records. */
export async function openScoredPortal(options: PortalOptions): Promise<ScoredPortal> {
  await using stack = new AsyncDisposableStack();
  const database = options.database ?? stack.use(await createTestDatabase());
  const { db } = database;
  const account = stack.use(
    await startAccount({
      data: options.records,
      portalId: options.portalId,
      burst: options.burst ?? 0,
      tier: options.tier,
      daily: options.daily,
      clock: Date.parse("2026-10-01T09:00:00.000Z"),
      timeZone: TIME_ZONE,
    }),
  );
  const { id } = account;
  await savePortal(db, id, TIME_ZONE);
  const logged: string[] = [];
  const work = createWork(account, db, { ...options, logged });
  const receiverUrl = await startReceiver(work, stack);
  const publish: ScoredPortal["publish"] = async (...definitions) => {
    for (const definition of definitions) await saveDraft(db, id, definition);
    const deps = { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
    await publishScores(deps, id, { names: definitions.map(({ name }) => name), by: "test" });
    await listen(account, work, receiverUrl);
    await drain(work, id);
  };
  const settle = async (): Promise<void> => {
    await account.untilDelivered();
    await poll(work, id);
    await drain(work, id);
  };
  const opened = stack.move();
  return {
    ...{ id, account, database, db, work, logged, receiverUrl, publish, settle },
    receive: receiveInto(db, id, work.clock),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
