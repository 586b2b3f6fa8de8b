import type { MembershipEvent } from "../../src/hubspot/journal-file.ts";
import { markChanged } from "../../src/scores/mark-changed.ts";
import type { PortalNeeds } from "../../src/scores/portal-needs.ts";
import type { Queryable } from "../../src/store/database.ts";
import { LIVE } from "../../src/store/dirty-marks.ts";
import { forgottenAmong } from "../../src/store/forgetting.ts";
import { applyListEntries, type ListEntry } from "../../src/store/list-entries.ts";
import { wantRereads } from "../../src/store/list-rereads.ts";
import { lockPortalData } from "../../src/store/portals.ts";

/** By list, the type of its records. */
function objectsOf(needs: PortalNeeds): Map<string, string> {
  return new Map(
    [...needs.objects].flatMap(([object, own]) => [...own.lists].map((list) => [list, object] as const)),
  );
}

/** The lists of which these events say that something happened, but not all of what: any list, where none is named. */
function unclearLists(events: readonly MembershipEvent[], lists: readonly string[]): string[] {
  const unclear = events.filter(
    ({ listId, recordId, occurredAt }) => !listId || !recordId || occurredAt === undefined,
  );
  if (unclear.some(({ listId }) => listId === undefined)) return [...lists];
  return [...new Set(unclear.map(({ listId }) => listId ?? ""))];
}

/** The latest clear event of each record and list. */
function latestEntries(
  events: readonly MembershipEvent[],
  objects: ReadonlyMap<string, string>,
): ListEntry[] {
  const latest = new Map<string, ListEntry>();
  for (const { listId = "", recordId, isMember, occurredAt } of events) {
    const object = objects.get(listId);
    if (object === undefined || recordId === undefined || occurredAt === undefined) continue;
    const key = `${listId} ${recordId}`;
    if (occurredAt >= (latest.get(key)?.occurredAt ?? 0))
      latest.set(key, { listId, object, recordId, isMember, occurredAt });
  }
  return [...latest.values()];
}

async function withoutForgotten(
  tx: Queryable,
  portal: string,
  entries: readonly ListEntry[],
): Promise<ListEntry[]> {
  const kept: ListEntry[] = [];
  for (const [object, own] of Map.groupBy(entries, (entry) => entry.object)) {
    const ids = own.map((entry) => entry.recordId);
    const forgotten = await forgottenAmong(tx, portal, object, ids);
    kept.push(...own.filter((entry) => !forgotten.has(entry.recordId)));
  }
  return kept;
}

/**
 * Saves what events tell of a portal's lists, and marks whose scores they change; lists of which they tell no more than
 * that something happened are to be read anew. Takes the portal's data lock. Tells whether any score may change.
 */
export async function saveMemberships(
  tx: Queryable,
  portal: string,
  events: readonly MembershipEvent[],
  needs: PortalNeeds,
): Promise<boolean> {
  await lockPortalData(tx, portal);
  const objects = objectsOf(needs);
  await wantRereads(tx, portal, unclearLists(events, [...objects.keys()]));
  const entries = await withoutForgotten(tx, portal, latestEntries(events, objects));
  const changed = await applyListEntries(tx, portal, entries);
  for (const [object, own] of Map.groupBy(changed, (one) => one.object)) {
    const ids = own.map(({ id }) => id);
    await markChanged(tx, portal, { object, ids, needs }, { priority: LIVE, delayMs: 0 });
  }
  return changed.length > 0;
}
