import type { Config } from "../config/config.ts";
import { type Clock, remoteClock, systemClock } from "./clock.ts";
import type { CallOutcome } from "./hubspot/client.ts";
import { openWebhooksJournal, type WebhooksJournal } from "./hubspot/webhooks-journal.ts";
import { createLog, type Logger, loggable } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createPortalClients, type PortalClients } from "./portal-clients.ts";
import { erasePortal, type OAuth, oauthOf, tokensOf } from "./portals/install.ts";
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
  /** What installation by OAuth works with, where the configuration allows it. */
  readonly oauth: OAuth | undefined;
  /** HubSpot's journal of the app, where accounts may install it. */
  readonly journal: WebhooksJournal | undefined;
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
      onTaken: (stage) => metrics.jobs.inc({ stage }),
      onFull: (isFull) => {
        metrics.queueFull.set(isFull ? 1 : 0);
        log.warn(isFull ? "queue full: Redis may use no more memory" : "Redis takes jobs again");
      },
    }),
    (opened) => opened.close({ deadlineMs: options.closeMs ?? CLOSE_MS }),
  );
  const catalogue = createScoreCatalogue();
  const oauth = oauthOf(config);
  const onUninstalled = (portal: string, reason: string): void => {
    log.error({ portal, reason }, "the account has uninstalled the app: nothing is called for it any more");
    if (config.uninstallData === "keep") return;
    erasePortal(db, portal).catch((error: unknown) =>
      log.warn(
        { portal, error: loggable(error) },
        "the account's data could not be erased; the next purge will",
      ),
    );
  };
  const countCall = ({ status, policyName, ms }: CallOutcome): void => {
    metrics.requests.inc({ status: String(status), policy: policyName ?? "" });
    metrics.requestSeconds.observe(ms / 1000);
  };
  const clients = createPortalClients({
    config: config.hubspot,
    ...{ db, clock, oauthTokens: oauth && tokensOf(oauth, db, onUninstalled) },
    onCall: (_portal, outcome) => countCall(outcome),
    onFeature: (portal, feature, offBecause) => {
      if (offBecause === undefined) log.info({ portal, feature }, "HubSpot allows this to the account again");
      else
        log.warn({ portal, feature, reason: offBecause }, "HubSpot refuses this to the account: it is off");
    },
    onBreaker: (portal, change, reason) => {
      if (change === "closed") return log.info({ portal }, "HubSpot answers again: calls go on");
      metrics.breakerOpenings.inc();
      log.warn({ portal, reason }, "HubSpot keeps failing: calls of this portal stop, for growing pauses");
    },
  });
  const journal = oauth && openWebhooksJournal(oauth.app, countCall);
  const opened = stack.move();
  return {
    ...{ config, log, metrics, clock, db, databaseUrl, queue, catalogue, clients, oauth, journal },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
