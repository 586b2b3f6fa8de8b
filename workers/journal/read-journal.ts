import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import type { MembershipEvent } from "../../src/hubspot/journal-file.ts";
import type { JournalEntry, WebhooksJournal } from "../../src/hubspot/webhooks-journal.ts";
import { loggable } from "../../src/log.ts";
import type { PortalNeeds } from "../../src/scores/portal-needs.ts";
import { type JournalTurn, loadSubscribedLists, moveJournal } from "../../src/store/journal.ts";
import { wantRereads } from "../../src/store/list-rereads.ts";
import type { WorkContext } from "../work-context.ts";
import { saveMemberships } from "./save-memberships.ts";

/** HubSpot keeps entries for three days. */
const KEPT_MS = 3 * 86_400_000;
/** How long one turn goes on while there are more entries. */
const TURN_MS = 60_000;

type Reading = {
  readonly work: WorkContext;
  readonly journal: WebhooksJournal;
};

/** Begins at the newest entry. What was told before is found by reading every list, which begins later. */
async function beginAnew({ work, journal }: Reading, from: string | null): Promise<void> {
  const to = (await journal.latest())?.offset ?? null;
  const subscribed = await loadSubscribedLists(work.db);
  await work.db.transaction(async (tx) => {
    if (!(await moveJournal(tx, journal.app, { from, to }))) return;
    for (const [portal, lists] of subscribed) await wantRereads(tx, portal, lists);
  });
}

/** The entry after the position; `lost` where HubSpot does not know the position any more. */
async function nextEntry(
  journal: WebhooksJournal,
  position: string | null,
): Promise<JournalEntry | "lost" | undefined> {
  if (position === null) return journal.earliest();
  try {
    return await journal.after(position);
  } catch (error) {
    if (!(error instanceof HubSpotError) || ![400, 404].includes(error.status)) throw error;
    // Whether such an answer may also say that nothing follows yet is not documented: the newest entry tells.
    const latest = await journal.latest();
    return latest === undefined || latest.offset === position ? undefined : "lost";
  }
}

/** The events of an entry; undefined for a file that will never do. */
async function eventsOf(
  { work, journal }: Reading,
  entry: JournalEntry,
): Promise<MembershipEvent[] | undefined> {
  try {
    return await journal.events(entry);
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.code !== "UNREADABLE") throw error;
    work.log.warn(
      { error: loggable(error) },
      "a file of HubSpot's journal cannot be read: the lists are read instead",
    );
    return undefined;
  }
}

/** Saves what an entry tells and moves on to it, together. */
async function saveEntry(reading: Reading, from: string | null, entry: JournalEntry): Promise<void> {
  const { work, journal } = reading;
  const events = await eventsOf(reading, entry);
  const subscribed = await loadSubscribedLists(work.db);
  const told = Map.groupBy(events ?? [], ({ portal }) => portal);
  const portals = [...subscribed.keys()].filter((portal) => events === undefined || told.has(portal)).sort();
  const needs = new Map<string, PortalNeeds>();
  for (const portal of portals) needs.set(portal, (await work.catalogue.load(work.db, portal)).needs);
  const changed = await work.db.transaction(async (tx) => {
    if (!(await moveJournal(tx, journal.app, { from, to: entry.offset }))) return [];
    const moved: string[] = [];
    for (const [portal, own] of needs) {
      if (events === undefined) await wantRereads(tx, portal, subscribed.get(portal) ?? []);
      else if (await saveMemberships(tx, portal, told.get(portal) ?? [], own)) moved.push(portal);
    }
    return moved;
  });
  for (const portal of changed) await work.queue.enqueue("score", { portal });
}

/**
 * Reads the journal on from where reading stands, entry by entry, until nothing follows or the turn is over. Where
 * reading never began, or stands at an entry that HubSpot has thrown away, it begins at the newest one.
 * @throws HubSpotError where the journal cannot be read now.
 */
export async function readJournal(
  work: WorkContext,
  journal: WebhooksJournal,
  turn: JournalTurn,
): Promise<void> {
  const reading = { work, journal };
  if (turn.readMs === null || turn.readMs > KEPT_MS) return beginAnew(reading, turn.position);
  const endsAt = performance.now() + TURN_MS;
  let { position } = turn;
  while (performance.now() < endsAt) {
    const entry = await nextEntry(journal, position);
    if (entry === "lost") return beginAnew(reading, position);
    if (entry === undefined)
      return void (await moveJournal(work.db, journal.app, { from: position, to: position }));
    await saveEntry(reading, position, entry);
    position = entry.offset;
  }
}
