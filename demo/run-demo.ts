import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { followRuns } from "../cli/run-progress.ts";
import { type Config, loadConfig } from "../config/config.ts";
import { startService } from "../service/run.ts";
import { statusPage } from "../service/status-page.ts";
import type { Context } from "../src/context.ts";
import { publishScores } from "../src/scores/publish-scores.ts";
import { subscriptionsFor } from "../src/scores/subscriptions.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import { saveDraft } from "../src/store/scores.ts";
import { readDefinitions } from "./definitions.ts";
import { createDemoDatabase } from "./demo-database.ts";
import { dumpPortal } from "./dump.ts";
import { type EmulatedPortal, startEmulatedPortal } from "./emulated-portal.ts";
import { stopAtRest, untilDelivered, untilPolled, untilQuiet } from "./quiet.ts";
import { printSummary } from "./summary.ts";

export type DemoOptions = {
  /** A file of records in place of the generated portal. */
  readonly data: string | undefined;
  /** A folder of definitions in place of the examples. */
  readonly definitions: string | undefined;
  readonly once: boolean;
  readonly dump: string | undefined;
};

const HOST = "127.0.0.1";
const CHANGES = 2_000;
const LIVE_PER_SECOND = 3;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}

async function configure(emulated: EmulatedPortal, databaseUrl: string, once: boolean): Promise<Config> {
  const port = once ? String(await freePort()) : (process.env["PORT"] ?? "3000");
  return loadConfig({
    PORT: port,
    PUBLIC_URL: `http://${HOST}:${port}`,
    DATABASE_URL: databaseUrl,
    REDIS_URL: process.env["REDIS_URL"],
    HUBSPOT_API_URL: emulated.url,
    HUBSPOT_ACCESS_TOKEN: emulated.token,
    HUBSPOT_PORTAL_ID: emulated.portal,
    HUBSPOT_CLIENT_SECRET: randomBytes(24).toString("hex"),
    SECRET_KEY: randomBytes(32).toString("base64"),
    CLOCK_URL: `${emulated.url}/__clock`,
    LOG_LEVEL: process.env["LOG_LEVEL"] ?? "warn",
  });
}

async function importAndPublish(
  context: Context,
  emulated: EmulatedPortal,
  definitions: readonly ScoreDefinition[],
): Promise<void> {
  const { db, clients, clock, queue } = context;
  const { portal } = emulated;
  for (const definition of definitions) await saveDraft(db, portal, definition);
  const deps = {
    db,
    client: clients.clientFor(portal),
    now: () => clock.now(),
    wake: () => queue.enqueue("backfill", { portal }),
  };
  const names = definitions.map((definition) => definition.name);
  const { runs } = await publishScores(deps, portal, { names, by: "demo" });
  await emulated.listen({
    targetUrl: `${context.config.publicUrl}/webhooks/hubspot`,
    clientSecret: context.config.hubspot.clientSecrets[0] ?? "",
    subscriptions: subscriptionsFor(await context.catalogue.load(db, portal)),
  });
  await followRuns({ context, portal, json: false }, runs);
  await untilQuiet(context, portal);
}

async function runOnce(
  context: Context,
  emulated: EmulatedPortal,
  run: { readonly dump: string | undefined; readonly startedAt: number },
): Promise<void> {
  console.log(`sending ${CHANGES} changes`);
  await emulated.makeTraffic({ count: CHANGES, seed: 1, perSecond: 0 });
  await untilDelivered(emulated);
  await untilPolled(context, emulated.portal);
  const stoppedAt = await stopAtRest(context, emulated.portal, emulated);
  if (run.dump !== undefined)
    await dumpPortal(run.dump, emulated, await context.catalogue.load(context.db, emulated.portal));
  await printSummary(context, emulated, { stoppedAt, seconds: (performance.now() - run.startedAt) / 1000 });
}

async function keepRunning(context: Context, emulated: EmulatedPortal): Promise<void> {
  console.log(
    `live traffic flows: see it at ${context.config.publicUrl}/ (the emulated portal itself: ${emulated.url}/)`,
  );
  console.log("Ctrl+C ends the demo");
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
  const ended = new Promise<void>((resolve) => stopped.signal.addEventListener("abort", () => resolve()));
  for (let seed = 1; !stopped.signal.aborted; seed++) {
    const traffic = emulated.makeTraffic({ count: LIVE_PER_SECOND * 10, seed, perSecond: LIVE_PER_SECOND });
    await Promise.race([ended, traffic.catch(() => ended)]);
  }
}

/** Runs the whole product against an emulated HubSpot portal; with `once`, one round of changes and a summary. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const startedAt = performance.now();
  const definitions = await readDefinitions(options.definitions, options.once);
  await using stack = new AsyncDisposableStack();
  console.log("starting the embedded PostgreSQL and the emulated HubSpot portal");
  const database = stack.use(await createDemoDatabase(process.env["DATA_DIR"] ?? ".data"));
  const emulated = stack.use(await startEmulatedPortal(options.data));
  const config = await configure(emulated, database.url, options.once);
  const page = (context: Context) => ({ host: HOST, statusPage: statusPage(context, emulated.portal) });
  const { context } = stack.use(await startService(config, "all", page));
  const { records } = await emulated.state();
  const held = Object.entries(records).map(([object, count]) => `${count} ${object}`);
  console.log(
    `portal ${emulated.portal} holds ${held.join(", ")} records; publishing ${definitions.map(({ name }) => `"${name}"`).join(", ")}`,
  );
  await importAndPublish(context, emulated, definitions);
  if (options.once) await runOnce(context, emulated, { dump: options.dump, startedAt });
  else await keepRunning(context, emulated);
}
