import { existsSync } from "node:fs";
import type { Config } from "../config/config.ts";
import { createScoreCatalogue } from "../src/scores/score-catalogue.ts";
import { type Subscription, subscriptionsFor } from "../src/scores/subscriptions.ts";
import type { Database } from "../src/store/database.ts";
import { listPortals } from "../src/store/portals.ts";
import { checkDatabase } from "./doctor-stores.ts";

/** What the app must subscribe to, or why that cannot be told. */
export type WantedSubscriptions = { readonly wanted: readonly Subscription[] } | { readonly unknown: string };

const PRIVACY: Subscription = { subscriptionType: "contact.privacyDeletion", objectType: "contact" };

/** An app's subscriptions serve all its portals; what a score writes in any of them is left out in all. */
async function subscriptionsOfAll(db: Database): Promise<Subscription[]> {
  const catalogue = createScoreCatalogue();
  const wanted = new Map([[JSON.stringify(PRIVACY), PRIVACY]]);
  const written = new Set<string>();
  for (const { portal, status } of await listPortals(db)) {
    if (status === "uninstalled") continue;
    const scores = await catalogue.load(db, portal);
    for (const one of subscriptionsFor(scores)) wanted.set(JSON.stringify(one), one);
    for (const [object, names] of scores.written) for (const name of names) written.add(`${object} ${name}`);
  }
  const isOurs = ({ objectType, propertyName }: Subscription) => written.has(`${objectType} ${propertyName}`);
  return [...wanted.values()].filter((one) => !isOurs(one));
}

/** Reads from the database what its published scores need to hear of; changes nothing there. */
export async function readWantedSubscriptions(config: Config): Promise<WantedSubscriptions> {
  if (config.databaseUrl === undefined && !existsSync(config.dataDir))
    return { unknown: "there is no database yet" };
  await using store = await checkDatabase(config);
  if (!store.db) return { unknown: store.findings.map((finding) => finding.text).join("; ") };
  return { wanted: await subscriptionsOfAll(store.db) };
}
