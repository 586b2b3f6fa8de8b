import type { Queryable } from "../store/database.ts";
import { publishedScores } from "../store/scores.ts";
import { loadAccountFacts } from "./account-facts.ts";
import type { EventSource } from "./event-sources.ts";
import { needsOf } from "./portal-needs.ts";

/** By each event type that the portal's published scores read, where its events come from. */
export async function sourcesInUse(db: Queryable, portal: string): Promise<ReadonlyMap<string, EventSource>> {
  const definitions = (await publishedScores(db, portal)).map((score) => score.definition);
  return needsOf(definitions, await loadAccountFacts(db, portal)).sources;
}
