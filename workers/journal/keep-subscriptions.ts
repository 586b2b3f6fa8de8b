import { expectStatus, HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import type { ListSubscription, WebhooksJournal } from "../../src/hubspot/webhooks-journal.ts";
import { LIST_JOURNAL } from "../../src/scores/journal-feature.ts";
import {
  dropSubscriptions,
  type JournalTurn,
  loadSubscribedLists,
  noteSubscriptionsChecked,
  saveSubscription,
} from "../../src/store/journal.ts";
import { keepListEntries } from "../../src/store/list-entries.ts";
import { wantRereads } from "../../src/store/list-rereads.ts";
import { turnFeatureOn } from "../../src/store/portal-features.ts";
import { listPortals } from "../../src/store/portals.ts";
import type { WorkContext } from "../work-context.ts";
import { isRefusal, noteRefused } from "./journal-refusals.ts";
import { type WantedLists, wantedLists } from "./wanted-lists.ts";

/** How often what HubSpot has is compared with what is wanted, where nothing is known to have changed. */
const CHECK_MS = 3_600_000;

type Lists = readonly string[];

function areSame(one: Lists | undefined, other: Lists | undefined): boolean {
  return [...(one ?? [])].sort().join() === [...(other ?? [])].sort().join();
}

/** A subscription that is gone, or of a portal that HubSpot lets the app touch no more, is as good as deleted. */
async function remove(journal: WebhooksJournal, subscriptions: readonly ListSubscription[]): Promise<void> {
  for (const { id } of subscriptions)
    await journal.unsubscribe(id).catch(expectStatus(404)).catch(expectStatus(403));
}

/** Makes the one subscription to these lists; where HubSpot allows no second one beside the old ones, in their place. */
async function subscribe(
  journal: WebhooksJournal,
  portal: string,
  listIds: Lists,
  others: readonly ListSubscription[],
): Promise<string> {
  try {
    return await journal.subscribe(portal, listIds);
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.status !== 409) throw error;
    await remove(journal, others);
    return journal.subscribe(portal, listIds);
  }
}

async function keepOne(
  work: WorkContext,
  journal: WebhooksJournal,
  of: {
    readonly portal: string;
    readonly wanted: WantedLists;
    readonly held: Lists | undefined;
    readonly found: readonly ListSubscription[];
  },
): Promise<void> {
  const { portal, wanted, held, found } = of;
  const { listIds } = wanted;
  const exact = found.find((one) => one.isWhole && areSame(one.listIds, listIds));
  const id = exact?.id ?? (await subscribe(journal, portal, listIds, found));
  await remove(
    journal,
    found.filter((one) => one.id !== id),
  );
  // What happened before HubSpot began to tell of a list is found by reading it.
  const isUntold = (list: string): boolean => !exact || !held?.includes(list);
  await work.db.transaction(async (tx) => {
    await saveSubscription(tx, portal, { id, listIds });
    await keepListEntries(tx, portal, listIds);
    await wantRereads(tx, portal, listIds.filter(isUntold));
  });
  if (wanted.wasRefused) await turnFeatureOn(work.db, portal, LIST_JOURNAL);
  if (!exact) work.log.info({ portal, lists: listIds.length }, "HubSpot's journal tells of lists");
}

/** Makes what HubSpot has what is wanted; portals that this installation does not know are none of its business. */
async function compare(
  work: WorkContext,
  journal: WebhooksJournal,
  wanted: ReadonlyMap<string, WantedLists>,
  held: ReadonlyMap<string, Lists>,
): Promise<void> {
  const found = Map.groupBy(await journal.subscriptions(), ({ portal }) => portal);
  const known = (await listPortals(work.db)).map(({ portal }) => portal);
  const unwanted = known.filter((portal) => !wanted.has(portal));
  await remove(
    journal,
    unwanted.flatMap((portal) => found.get(portal) ?? []),
  );
  await dropSubscriptions(work.db, unwanted);
  for (const [portal, lists] of wanted) {
    const one = { portal, wanted: lists, held: held.get(portal), found: found.get(portal) ?? [] };
    await keepOne(work, journal, one).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return noteRefused(work, [portal], error);
    });
  }
}

/**
 * Sees to it that HubSpot's journal tells of exactly the lists that the scores of each portal read, and of none of
 * portals that uninstalled the app. Asks HubSpot only where something changed, and once an hour. Returns the portals
 * that the journal tells of.
 * @throws HubSpotError where the journal cannot be asked now.
 */
export async function keepSubscriptions(
  work: WorkContext,
  journal: WebhooksJournal,
  turn: JournalTurn,
): Promise<string[]> {
  const wanted = await wantedLists(work);
  const held = await loadSubscribedLists(work.db);
  const portals = [...new Set([...wanted.keys(), ...held.keys()])];
  if (portals.length === 0 && !turn.hasLostAccount) return [];
  const isRecent = turn.checkedMs !== null && turn.checkedMs < CHECK_MS && !turn.hasLostAccount;
  if (isRecent && portals.every((portal) => areSame(wanted.get(portal)?.listIds, held.get(portal))))
    return portals;
  try {
    await compare(work, journal, wanted, held);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await noteRefused(work, [...wanted.keys()], error);
    await dropSubscriptions(work.db, [...held.keys()]);
  }
  await noteSubscriptionsChecked(work.db, journal.app);
  return [...(await loadSubscribedLists(work.db)).keys()];
}
