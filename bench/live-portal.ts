import { createHubSpotClient, type HubSpotClient } from "../src/hubspot/client.ts";
import { staticToken } from "../src/hubspot/token.ts";
import { publishScores } from "../src/scores/publish-scores.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import type { Database } from "../src/store/database.ts";
import { saveDraft } from "../src/store/scores.ts";
import { PROPERTY } from "./live-contacts.ts";

/** A call that the emulated portal received; `at` in ms since 1970. */
export type Call = {
  readonly seq: number;
  readonly at: number;
  readonly path: string;
  readonly ids: readonly string[];
  readonly status: number;
  readonly portal?: number;
};

type Calls = { readonly lastSeq: number; readonly calls: readonly Call[] };
type Page = {
  readonly results: readonly {
    readonly id: string;
    readonly properties: { readonly [name: string]: string | null };
  }[];
  readonly next?: number;
};

/** A portal of the emulator process: `control` is where its `/__` paths begin. */
export type LivePortal = {
  readonly id: string;
  readonly token: string;
  readonly url: string;
  readonly control: string;
};

/** Calls that write records. */
export const isWrite = ({ path }: Call): boolean => path.endsWith("/contacts/batch/update");

/** Every call that the portal received after number `seq`. */
export async function callsAfter({ control, id }: LivePortal, seq: number): Promise<readonly Call[]> {
  const answer = await fetch(`${control}/__calls?after=${seq}`);
  return ((await answer.json()) as Calls).calls.filter(({ portal }) => String(portal) === id);
}

/** The number of the last call that the portal received. */
export async function lastCall({ control }: LivePortal): Promise<number> {
  const answer = await fetch(`${control}/__calls?after=${Number.MAX_SAFE_INTEGER}`);
  return ((await answer.json()) as Calls).lastSeq;
}

/** What every contact of the portal shows of the score. */
export async function shownValues({ control, id: own }: LivePortal): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  let after: number | undefined = 0;
  while (after !== undefined) {
    const answer = await fetch(`${control}/__records?object=contact&limit=5000&after=${after}&portal=${own}`);
    const page: Page = (await answer.json()) as Page;
    for (const { id, properties } of page.results) values.set(id, properties[PROPERTY] ?? "");
    after = page.next;
  }
  return values;
}

const free = { take: async () => undefined, observe: async () => undefined };

function clientOf({ url, token }: LivePortal): HubSpotClient {
  return createHubSpotClient({ baseUrl: url, version: "2026-09", tokens: staticToken(token), budget: free });
}

/** Publishes the definition in the portal; the service's sweeper finds the work within a second. */
export async function publish(db: Database, portal: LivePortal, definition: ScoreDefinition): Promise<void> {
  await saveDraft(db, portal.id, definition);
  const deps = { db, client: clientOf(portal), now: () => Date.now(), wake: async () => undefined };
  await publishScores(deps, portal.id, { names: [definition.name], by: "bench" });
}
