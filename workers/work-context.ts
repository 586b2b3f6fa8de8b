import type { Config } from "../config/config.ts";
import type { Clock } from "../src/clock.ts";
import type { Logger } from "../src/log.ts";
import type { Metrics } from "../src/metrics.ts";
import type { PortalClients } from "../src/portal-clients.ts";
import type { JobQueue } from "../src/queue/queue.ts";
import type { ScoreCatalogue } from "../src/scores/score-catalogue.ts";
import type { Database } from "../src/store/database.ts";

/** What the workers work with. */
export type WorkContext = {
  readonly db: Database;
  readonly queue: Pick<JobQueue, "enqueue">;
  readonly clock: Clock;
  readonly catalogue: ScoreCatalogue;
  readonly clients: PortalClients;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly reconcile: Config["reconcile"];
  /** Notifications of other apps are ignored, where the own app is known. */
  readonly appId: string | undefined;
};
