import { keyProperties } from "../store/api-keys.ts";
import type { Queryable } from "../store/database.ts";
import { loadEventSources } from "../store/event-sources.ts";
import { type EventSource, isEventSource } from "./event-sources.ts";

export const EMAIL = "email";
export const ADDITIONAL_EMAILS = "hs_additional_emails";

/** What is known of an account beside its scores and decides what must be read for them. */
export type AccountFacts = {
  /** By event type, where its events come from; what is not named comes from where most accounts have it. */
  readonly sources: ReadonlyMap<string, EventSource>;
  /** Contact properties by whose values customers' systems name contacts. */
  readonly namingProperties: readonly string[];
};

/** What is taken for known where nothing is. */
export const NO_FACTS: AccountFacts = { sources: new Map(), namingProperties: [] };

/** What is known of the portal. */
export async function loadAccountFacts(db: Queryable, portal: string): Promise<AccountFacts> {
  const chosen = await loadEventSources(db, portal);
  const sources = [...chosen].flatMap(([type, source]) =>
    isEventSource(source) ? [[type, source] as const] : [],
  );
  return { sources: new Map(sources), namingProperties: await keyProperties(db, portal) };
}
