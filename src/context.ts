import type { Config } from "../config/config.ts";
import { type Clock, remoteClock, systemClock } from "./clock.ts";
import { createLog, type Logger, loggable } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createPortalClients, type PortalClients } from "./portal-clients.ts";
import { type JobQueue, openQueue } from "./queue/queue.ts";
import { createScoreCatalogue, type ScoreCatalogue } from "./scores/score-catalogue.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { startEmbeddedPostgres } from "./store/embedded.ts";
import { migrate } from "./store/migrate.ts";

/** Every collaborator of the service, built once. */
export type Context = AsyncDisposable & {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly queue: JobQueue;
  readonly catalogue: ScoreCatalogue;
  readonly clients: PortalClients;
};

export type ContextOptions = {
  /** Shown in the database's list of connections. */
  readonly applicationName: string;
  readonly log?: Logger;
  /** How long closing may take before connections are cut (ms). */
  readonly closeMs?: number;
};

const CLOSE_MS = 10_000;

async function openStore(config: Config, log: Logger, stack: AsyncDisposableStack): Promise<string> {
  if (config.databaseUrl) return config.databaseUrl;
  const server = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    onLog: (message) => log.info(message),
  });
  stack.use(server);
  log.info({ dataDir: config.dataDir }, "DATABASE_URL is unset: using the embedded PostgreSQL");
  return server.url;
}

/**
 * Opens the database (migrated), the queue and everything else that the service's edges work with.
 * @throws an Error that names the cure where the database cannot be used.
 */
export async function createContext(config: Config, options: ContextOptions): Promise<Context> {
  await using stack = new AsyncDisposableStack();
  const log = options.log ?? createLog(config.logLevel);
  const metrics = createMetrics();
  const clock = stack.adopt(config.clockUrl ? await remoteClock(config.clockUrl) : systemClock, (opened) =>
    opened.close(),
  );
  const databaseUrl = await openStore(config, log, stack);
  const db = stack.use(openDatabase({ url: databaseUrl, max: 16, applicationName: options.applicationName }));
  await migrate(db);
  const queue = stack.adopt(
    await openQueue({
      databaseUrl,
      redisUrl: config.redisUrl,
      onError: (error, context) => {
        if (context.source === "job") metrics.jobFailures.inc({ stage: context.stage ?? "" });
        log.warn({ ...context, error: loggable(error) }, "queue");
      },
    }),
    (opened) => opened.close({ deadlineMs: options.closeMs ?? CLOSE_MS }),
  );
  const catalogue = createScoreCatalogue();
  const clients = createPortalClients({
    config: config.hubspot,
    db,
    clock,
    onCall: (_portal, { status, policyName, ms }) => {
      metrics.requests.inc({ status: String(status), policy: policyName ?? "" });
      metrics.requestSeconds.observe(ms / 1000);
    },
  });
  const opened = stack.move();
  return {
    ...{ config, log, metrics, clock, db, databaseUrl, queue, catalogue, clients },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
