import type { Association } from "../../src/hubspot/associations.ts";
import type { EngagementBatch } from "../../src/hubspot/engagement-objects.ts";
import type { EngagementEvent } from "../../src/scoring/record.ts";
import { deleteAssociations, loadAssociations, replaceAssociations } from "../../src/store/associations.ts";
import type { Queryable } from "../../src/store/database.ts";
import { forgottenAmong } from "../../src/store/forgetting.ts";
import { mergedInto } from "../../src/store/merging.ts";
import { mergeEvents, removeEvents } from "../../src/store/timeline.ts";
import { loadTimelines, saveTimelines } from "../../src/store/timelines.ts";

/** Calls or meetings as read: their events, their contacts, and the ids that HubSpot no longer has. */
export type ReadActivities = {
  readonly activity: "call" | "meeting";
  readonly found: EngagementBatch["found"];
  readonly links: readonly Association[];
  readonly missing: readonly string[];
};

type Change = { readonly added: EngagementEvent[]; readonly removed: Set<string> };

async function presentLinks(
  tx: Queryable,
  portal: string,
  links: readonly Association[],
): Promise<Association[]> {
  const ids = [...new Set(links.map((link) => link.toId))];
  const forgotten = await forgottenAmong(tx, portal, "contact", ids);
  const merged = await mergedInto(tx, portal, "contact", ids);
  return links
    .filter((link) => !forgotten.has(link.toId))
    .map((link) => ({ ...link, toId: merged.get(link.toId) ?? link.toId }));
}

/** Whether a stored event came from this call or meeting: its id is `call:<object id>:…`. */
function comesFrom(event: EngagementEvent, activity: string, objectIds: ReadonlySet<string>): boolean {
  const [kind, id] = event.id.split(":", 2);
  return kind === activity && id !== undefined && objectIds.has(id);
}

function planChanges(
  read: ReadActivities,
  links: readonly Association[],
  before: readonly { fromId: string; toId: string }[],
) {
  const changes = new Map<string, Change & { readonly gone: Set<string> }>();
  const changeOf = (contact: string) => {
    const known = changes.get(contact) ?? { added: [], removed: new Set<string>(), gone: new Set<string>() };
    changes.set(contact, known);
    return known;
  };
  const present = new Set(links.map((link) => `${link.fromId} ${link.toId}`));
  for (const link of before) {
    if (!present.has(`${link.fromId} ${link.toId}`)) changeOf(link.toId).gone.add(link.fromId);
  }
  const eventsOf = new Map(read.found.map((object) => [object.objectId, object.events]));
  for (const link of links) {
    const change = changeOf(link.toId);
    for (const event of eventsOf.get(link.fromId) ?? []) {
      change.added.push(event);
      change.removed.add(event.id);
    }
  }
  return changes;
}

/**
 * Saves calls or meetings as events of their contacts: an object read again replaces its events of the same id, one no
 * longer there takes its events along. Returns the contacts whose events changed.
 */
export async function saveActivities(tx: Queryable, portal: string, read: ReadActivities): Promise<string[]> {
  const { activity } = read;
  const objectIds = [...read.found.map((object) => object.objectId), ...read.missing];
  const links = await presentLinks(tx, portal, read.links);
  const before = await loadAssociations(tx, portal, { object: activity, ids: objectIds }, ["contact"]);
  const changes = planChanges(read, links, before);
  const timelines = await loadTimelines(tx, portal, [...changes.keys()]);
  const saved = new Map<string, readonly EngagementEvent[]>();
  for (const [contact, change] of changes) {
    const events = timelines.get(contact) ?? [];
    const stale = events.filter(
      (event) => change.removed.has(event.id) || comesFrom(event, activity, change.gone),
    );
    const kept =
      stale.length === 0 ? events : removeEvents(events, new Set(stale.map((event) => event.id))).events;
    saved.set(contact, mergeEvents(kept, change.added).events);
  }
  await saveTimelines(tx, portal, saved);
  const direction = { fromObject: activity, toObject: "contact" };
  await replaceAssociations(tx, portal, direction, { fromIds: objectIds, found: links });
  if (read.missing.length > 0) await deleteAssociations(tx, portal, activity, read.missing);
  return [...changes.keys()];
}
