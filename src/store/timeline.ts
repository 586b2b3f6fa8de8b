import { type EngagementEvent, listEvents, type PackedEvents } from "../scoring/record.ts";
import { TEXT_ENCODINGS, TIMELINE_VERSION, TimelineCursor } from "./timeline-reading.ts";
import { chooseEncoding, createDictionary, createShapes, pushNumber } from "./timeline-writing.ts";

const MOST_INSTANT = 2 ** 52;

function compareEvents(a: EngagementEvent, b: EngagementEvent): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt - b.occurredAt;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

/** Returns the events by time, those of one instant by id. */
export function sortEvents(events: readonly EngagementEvent[]): EngagementEvent[] {
  return events.toSorted(compareEvents);
}

/** The first instant may lie before 1970: even numbers stand for those from then on, odd ones for those before. */
function pushFirstInstant(bytes: number[], instant: number): void {
  pushNumber(bytes, instant >= 0 ? instant * 2 : -instant * 2 - 1);
}

function pushInstant(bytes: number[], instant: number, before: number | undefined): void {
  if (!Number.isInteger(instant) || Math.abs(instant) > MOST_INSTANT)
    throw new RangeError(`An event's time is whole milliseconds within ±2^52, not ${instant}`);
  if (before === undefined) pushFirstInstant(bytes, instant);
  else pushNumber(bytes, instant - before);
}

/** Returns the events as numbers, and before them the shapes that they refer to. */
function packEvents(sorted: readonly EngagementEvent[], numberOf: (text: string) => number): number[][] {
  const { list: shapes, shapeOf } = createShapes();
  const body: number[] = [];
  let before: number | undefined;
  for (const event of sorted) {
    const shape = shapeOf(event);
    pushInstant(body, event.occurredAt, before);
    before = event.occurredAt;
    pushNumber(body, event.id.length);
    pushNumber(body, shape.index);
    for (const name of shape.names) {
      const value = event.properties[name];
      pushNumber(body, typeof value === "string" ? numberOf(value) + 1 : 0);
    }
  }
  const table: number[] = [];
  pushNumber(table, shapes.length);
  for (const { type, names } of shapes) {
    pushNumber(table, numberOf(type));
    pushNumber(table, names.length);
    for (const name of names) pushNumber(table, numberOf(name));
  }
  return [table, body];
}

/**
 * Returns the events packed into one buffer, ordered by time and id. It holds all its own words, so a timeline that is
 * deleted leaves nothing of the person anywhere else. Throws RangeError when a time is no whole milliseconds.
 */
export function encodeTimeline(events: readonly EngagementEvent[]): Buffer {
  const sorted = sortEvents(events);
  const { words, numberOf } = createDictionary();
  const packed = packEvents(sorted, numberOf);
  let text = words.join("");
  for (const event of sorted) text += event.id;
  const encoding = chooseEncoding(text);
  const textBytes = Buffer.from(text, TEXT_ENCODINGS[encoding]);
  const head = [TIMELINE_VERSION, encoding];
  for (const count of [sorted.length, words.length, textBytes.length]) pushNumber(head, count);
  const lengths: number[] = [];
  for (const word of words) pushNumber(lengths, word.length);
  return Buffer.concat([
    Buffer.from(head),
    textBytes,
    ...[lengths, ...packed].map((part) => Buffer.from(part)),
  ]);
}

/** Returns packed bytes as events to be read; reading throws TimelineError when they are damaged or of a newer release. */
export function packedEvents(bytes: Buffer): PackedEvents {
  return { read: () => new TimelineCursor(bytes) };
}

/**
 * Returns the events of a packed timeline, ordered by time and id. Throws TimelineError when the bytes are damaged or
 * were written by a newer release.
 */
export function decodeTimeline(bytes: Buffer): EngagementEvent[] {
  return [...listEvents(packedEvents(bytes))];
}

/**
 * Returns both lists as one, ordered by time and id. Of events with one id the first stored stands, then the first
 * added. `changed` tells whether anything was added.
 */
export function mergeEvents(
  existing: readonly EngagementEvent[],
  added: readonly EngagementEvent[],
): { readonly events: EngagementEvent[]; readonly changed: boolean } {
  const byId = new Map(existing.map((event) => [event.id, event]));
  const before = byId.size;
  for (const event of added) if (!byId.has(event.id)) byId.set(event.id, event);
  return { events: sortEvents([...byId.values()]), changed: byId.size > before };
}

/** Returns the events whose ids are not among `ids`; `changed` tells whether any was. */
export function removeEvents(
  events: readonly EngagementEvent[],
  ids: ReadonlySet<string>,
): { readonly events: EngagementEvent[]; readonly changed: boolean } {
  const kept = events.filter((event) => !ids.has(event.id));
  return { events: kept, changed: kept.length < events.length };
}
