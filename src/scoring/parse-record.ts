import type { Fault } from "./faults.ts";
import type { AssociatedRecord, EngagementEvent, History, ScoredRecord } from "./record.ts";
import { isSameEvent, isSameRecord } from "./record-identity.ts";
import {
  type FaultList,
  note,
  readId,
  readList,
  readObject,
  readProperties,
  readPropertyText,
  readTexts,
  readTime,
  type Trail,
} from "./record-reading.ts";
import { isObject } from "./soft-read.ts";

type Raw = { readonly [key: string]: unknown };
type Contents = Omit<AssociatedRecord, "labels">;

/** A record as a file holds it: not yet for one score, with the resets (ms) of each score by its name. */
export type FiledRecord = Omit<ScoredRecord, "resets" | "adjustments"> & {
  readonly resets: ReadonlyMap<string, readonly number[]>;
};

/** Returns a record of the file format, each event and associated record once, or its faults with their JSON paths. */
export function parseRecord(
  input: unknown,
):
  | { readonly ok: true; readonly record: FiledRecord }
  | { readonly ok: false; readonly faults: readonly Fault[] } {
  if (!isObject(input)) return { ok: false, faults: [{ path: "", message: "must be an object" }] };
  const faults: FaultList = [];
  const record = {
    ...readContents(input, null, faults),
    associations: readAssociations(input, faults),
    resets: readResets(input, faults),
  };
  return faults.length === 0 ? { ok: true, record } : { ok: false, faults };
}

/** Returns a filed record as one score sees it. */
export function recordForScore({ resets, ...record }: FiledRecord, score: string): ScoredRecord {
  return { ...record, resets: resets.get(score) ?? [] };
}

function readContents(raw: Raw, trail: Trail | null, faults: FaultList): Contents {
  return {
    object: readId(raw, "object", trail, faults),
    id: readId(raw, "id", trail, faults),
    properties: readProperties(raw, "properties", trail, faults),
    history: readHistory(raw, trail, faults),
    lists: readTexts(raw, "lists", trail, faults),
    events: readEvents(raw, trail, faults),
  };
}

function readHistory(raw: Raw, trail: Trail | null, faults: FaultList): History {
  const recorded = readObject(raw, "history", trail, faults);
  const below = { parent: trail, key: "history" };
  return Object.fromEntries(
    Object.keys(recorded).map((property) => [
      property,
      readList(recorded, property, { trail: below, faults }, (entry, list, index) => {
        const own = { parent: list, key: index };
        const { value, timestamp } = asEntry(entry, list, index, faults);
        return {
          value: readPropertyText(value, own, "value", faults),
          timestamp: readTime(timestamp, own, "timestamp", faults),
        };
      }),
    ]),
  );
}

function readEvents(raw: Raw, trail: Trail | null, faults: FaultList): readonly EngagementEvent[] {
  const known = new Map<string, EngagementEvent>();
  readList(raw, "events", { trail, faults }, (entry, list, index) => {
    const own = { parent: list, key: index };
    const fields = asEntry(entry, list, index, faults);
    const event: EngagementEvent = {
      id: readId(fields, "id", own, faults),
      type: readId(fields, "type", own, faults),
      occurredAt: readTime(fields["occurredAt"], own, "occurredAt", faults),
      properties: readProperties(fields, "properties", own, faults),
    };
    const first = known.get(event.id);
    if (first === undefined) known.set(event.id, event);
    else if (!isSameEvent(first, event)) {
      note(faults, own, "id", "is the id of another event of this record that differs");
    }
  });
  return [...known.values()].sort(byTimeAndId);
}

function byTimeAndId(first: EngagementEvent, second: EngagementEvent): number {
  if (first.occurredAt !== second.occurredAt) return first.occurredAt - second.occurredAt;
  return first.id < second.id ? -1 : 1;
}

function readAssociations(raw: Raw, faults: FaultList): readonly AssociatedRecord[] {
  const known = new Map<string, AssociatedRecord>();
  readList(raw, "associations", { trail: null, faults }, (entry, list, index) => {
    const own = { parent: list, key: index };
    const fields = asEntry(entry, list, index, faults);
    const labels = readTexts(fields, "labels", own, faults);
    const record = { ...readContents(fields, own, faults), labels };
    const key = JSON.stringify([record.object, record.id]);
    const first = known.get(key);
    if (first === undefined) known.set(key, record);
    else if (isSameRecord(first, record)) known.set(key, { ...first, labels: [...first.labels, ...labels] });
    else note(faults, own, "id", "is listed before with other contents");
  });
  return [...known.values()];
}

function readResets(raw: Raw, faults: FaultList): ReadonlyMap<string, readonly number[]> {
  const trail = { parent: null, key: "resets" };
  const resets = readObject(raw, "resets", null, faults);
  return new Map(
    Object.entries(resets).map(([score, value]) => [
      score,
      Array.isArray(value)
        ? readList(resets, score, { trail, faults }, (entry, list, index) =>
            readTime(entry, list, index, faults),
          )
        : [readTime(value, trail, score, faults)],
    ]),
  );
}

function asEntry(entry: unknown, list: Trail, index: number, faults: FaultList): Raw {
  if (isObject(entry)) return entry;
  note(faults, list, index, "must be an object");
  return {};
}
