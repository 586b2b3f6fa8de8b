import type { HubSpotClient } from "../../src/hubspot/client.ts";
import type { PortalScores } from "../../src/scores/score-catalogue.ts";
import type { Queryable } from "../../src/store/database.ts";
import type { WorkContext } from "../work-context.ts";

/** One page of a step, read from HubSpot: how to save it, how many records it holds, and where the next one begins. */
export type Page = {
  readonly save: (tx: Queryable) => Promise<unknown>;
  readonly count: number;
  readonly next: string | undefined;
};

/** Which page of a step to read: the one at the cursor, the first without. */
export type PageRequest = {
  readonly work: WorkContext;
  readonly portal: string;
  readonly client: HubSpotClient;
  readonly scores: PortalScores;
  readonly cursor: string | undefined;
};
