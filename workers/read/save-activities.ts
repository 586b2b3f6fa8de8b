import type { Association } from "../../src/hubspot/associations.ts";
import type { EngagementBatch } from "../../src/hubspot/engagement-objects.ts";
import type { EngagementObjectName } from "../../src/hubspot/engagement-properties.ts";
import type { EngagementEvent } from "../../src/scoring/record.ts";
import { deleteAssociations, loadAssociations, replaceAssociations } from "../../src/store/associations.ts";
import type { Queryable } from "../../src/store/database.ts";
import { forgottenAmong } from "../../src/store/forgetting.ts";
import { mergedInto } from "../../src/store/merging.ts";
import { mergeEvents, removeEvents } from "../../src/store/timeline.ts";
import { loadTimelines, saveTimelines } from "../../src/store/timelines.ts";

/** Engagement objects of one type as read: their events, their contacts, and the ids that HubSpot no longer has. */
export type ReadActivities = {
  readonly activity: EngagementObjectName;
  readonly found: EngagementBatch["found"];
  readonly links: readonly Association[];
  readonly missing: readonly string[];
};

/** What becomes of one contact's events: objects read again, and objects that are its no more. */
type Change = {
  readonly added: EngagementEvent[];
  readonly reread: Set<string>;
  readonly gone: Set<string>;
};

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

/** Whether a stored event came from one of these objects: its id is `call:<object id>` and, maybe, more. */
function comesFrom(event: EngagementEvent, activity: string, objectIds: ReadonlySet<string>): boolean {
  const [kind, id] = event.id.split(":", 2);
  return kind === activity && id !== undefined && objectIds.has(id);
}

function planChanges(
  read: ReadActivities,
  links: readonly Association[],
  before: readonly { fromId: string; toId: string }[],
) {
  const changes = new Map<string, Change>();
  const changeOf = (contact: string) => {
    const known = changes.get(contact) ?? { added: [], reread: new Set<string>(), gone: new Set<string>() };
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
    change.reread.add(link.fromId);
    change.added.push(...(eventsOf.get(link.fromId) ?? []));
  }
  return changes;
}

/** Whether an event is none any more, by what was read; that a call began stays true when it has ended. */
function isStale(
  event: EngagementEvent,
  activity: string,
  added: ReadonlySet<string>,
  change: Change,
): boolean {
  if (added.has(event.id) || comesFrom(event, activity, change.gone)) return true;
  return comesFrom(event, activity, change.reread) && !event.id.endsWith(":started");
}

/**
 * Saves engagement objects as events of their contacts: an object read again replaces its events, one no longer there
 * takes its events along. Returns the contacts whose events changed.
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
    const added = new Set(change.added.map((event) => event.id));
    const stale = events.filter((event) => isStale(event, activity, added, change));
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
