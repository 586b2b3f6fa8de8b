import { type Counter, countersOf } from "../scores/counters.ts";
import type { PortalNeeds } from "../scores/portal-needs.ts";
import { readInstant } from "../scoring/instant.ts";
import type { EngagementEvent } from "../scoring/record.ts";
import type { Queryable } from "../store/database.ts";
import type { StoredRecord } from "../store/records.ts";
import { loadTimelines } from "../store/timelines.ts";
import { addEvents, type ContactEvent } from "./add-events.ts";

/** A counter that stands higher than this at first (a machine's, most likely) yields only so many events. */
const MOST_EVENTS = 500;

type Counting = { readonly type: string; readonly counter: Counter };

function textOf(record: StoredRecord, property: string): string {
  return (Object.hasOwn(record.properties, property) ? record.properties[property] : null) ?? "";
}

function countOf(record: StoredRecord, property: string): number {
  const count = Number(textOf(record, property).trim() || 0);
  return Number.isFinite(count) ? Math.max(0, Math.floor(count)) : 0;
}

/** How far the counter was counted: united contacts have counted each for itself. */
function countedBefore(known: readonly EngagementEvent[], prefix: string): number {
  const own = known.filter((event) => event.id.startsWith(prefix));
  const numbers = own.map((event) => Number(event.id.slice(prefix.length)));
  return Math.max(own.length, ...numbers);
}

/**
 * When the newest happening was: the date that the account gives, or, where it has not moved since the last one that was
 * counted, the instant at which the counter was seen to rise.
 */
function happenedAt(record: StoredRecord, { property, date }: Counter, lastAt: number): number {
  const given = date === undefined ? null : readInstant(textOf(record, date));
  const seen = Object.hasOwn(record.changed, property) ? (record.changed[property] ?? 0) : 0;
  return given !== null && given > lastAt ? given : Math.max(seen, lastAt);
}

function risesOf(
  record: StoredRecord,
  known: readonly EngagementEvent[],
  { type, counter }: Counting,
): ContactEvent[] {
  const prefix = `counter:${counter.property}:`;
  const [before, now] = [countedBefore(known, prefix), countOf(record, counter.property)];
  if (now <= before) return [];
  const last = known.findLast((event) => event.id.startsWith(prefix));
  const occurredAt = happenedAt(record, counter, last?.occurredAt ?? Number.NEGATIVE_INFINITY);
  const from = Math.max(before, now - MOST_EVENTS);
  return Array.from({ length: now - from }, (_, index) => ({
    contactId: record.id,
    event: { id: `${prefix}${from + index + 1}`, type, occurredAt, properties: counter.properties ?? {} },
  }));
}

/**
 * Turns the counters of these contacts, as just read or changed, into events: a rise of n since they were last counted
 * gives n events. Returns the contacts that got any.
 */
export async function countEvents(
  tx: Queryable,
  portal: string,
  contacts: readonly StoredRecord[],
  { sources }: Pick<PortalNeeds, "sources">,
): Promise<string[]> {
  const counted = [...sources].filter(([, source]) => source === "counters").map(([type]) => type);
  const counters = counted.flatMap((type) => countersOf(type).map((counter) => ({ type, counter })));
  const rising = contacts.filter((record) =>
    counters.some(({ counter }) => countOf(record, counter.property) > 0),
  );
  if (rising.length === 0) return [];
  const timelines = await loadTimelines(
    tx,
    portal,
    rising.map((record) => record.id),
  );
  const events = rising.flatMap((record) =>
    counters.flatMap((counting) => risesOf(record, timelines.get(record.id) ?? [], counting)),
  );
  return addEvents(tx, portal, events);
}
