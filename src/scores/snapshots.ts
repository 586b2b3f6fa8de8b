import type { AssociatedRecord, Events, PackedEvents, ScoredRecord } from "../scoring/record.ts";
import { type Association, loadAssociations } from "../store/associations.ts";
import type { Queryable } from "../store/database.ts";
import { loadListIds } from "../store/lists.ts";
import { historyEntries, loadValues } from "../store/records.ts";
import { loadPackedTimelines } from "../store/timelines.ts";
import type { PortalNeeds } from "./portal-needs.ts";

type Facts = Omit<ScoredRecord<Events>, "associations" | "resets" | "adjustments">;
/** A record as scoring reads it, but for resets and given points, which are each score's own. */
export type Snapshot = Omit<ScoredRecord<Events>, "resets" | "adjustments">;

const NO_LISTS: ReadonlyMap<string, string[]> = new Map();
const NO_EVENTS: ReadonlyMap<string, PackedEvents> = new Map();

async function loadFacts(
  db: Queryable,
  portal: string,
  from: { readonly object: string; readonly ids: readonly string[] },
  needs: PortalNeeds,
): Promise<Map<string, Facts>> {
  const { object, ids } = from;
  const records = await loadValues(db, portal, object, ids);
  const hasLists = (needs.objects.get(object)?.lists.size ?? 0) > 0;
  const hasEvents = object === "contact" && needs.eventProperties.size > 0;
  const lists = hasLists ? await loadListIds(db, portal, object, ids) : NO_LISTS;
  const events = hasEvents ? await loadPackedTimelines(db, portal, ids) : NO_EVENTS;
  return new Map(
    records.map((record) => [
      record.id,
      {
        object,
        id: record.id,
        properties: record.properties,
        history: historyEntries(record.history),
        lists: lists.get(record.id) ?? [],
        events: events.get(record.id) ?? [],
      },
    ]),
  );
}

function associatedOf(
  links: readonly Association[],
  facts: ReadonlyMap<string, ReadonlyMap<string, Facts>>,
): AssociatedRecord<Events>[] {
  return links.flatMap((link) => {
    const other = facts.get(link.toObject)?.get(link.toId);
    return other ? [{ ...other, labels: link.labels }] : [];
  });
}

/** The present records among these ids as scoring reads them, with their associated records: a handful of queries. */
export async function loadSnapshots(
  db: Queryable,
  portal: string,
  from: { readonly object: string; readonly ids: readonly string[] },
  needs: PortalNeeds,
): Promise<Map<string, Snapshot>> {
  const facts = await loadFacts(db, portal, from, needs);
  const toObjects = [...(needs.objects.get(from.object)?.associated ?? [])];
  const links = toObjects.length === 0 ? [] : await loadAssociations(db, portal, from, toObjects);
  const others = new Map<string, ReadonlyMap<string, Facts>>();
  for (const object of toObjects) {
    const ids = [...new Set(links.filter((link) => link.toObject === object).map((link) => link.toId))];
    others.set(object, await loadFacts(db, portal, { object, ids }, needs));
  }
  const linksOf = Map.groupBy(links, (link) => link.fromId);
  return new Map(
    [...facts].map(([id, own]) => [
      id,
      { ...own, associations: associatedOf(linksOf.get(id) ?? [], others) },
    ]),
  );
}
