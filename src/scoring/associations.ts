import type { Test, Turn } from "./compiled-condition.ts";
import { compileWhere } from "./condition.ts";
import type { Sheets } from "./property-sheet.ts";
import type { AssociatedRecord, Events } from "./record.ts";
import type { Associated } from "./score-definition.ts";

/** Which associated records a rule reads. */
export type Source = {
  readonly object: string;
  readonly label: string | undefined;
  readonly test: Test | null;
  readonly turn: Turn | null;
};

/** Returns the source of an `associated` clause. */
export function compileSource({ object, label, where }: Associated, sheets: Sheets): Source {
  return { object, label, ...compileWhere(where, sheets) };
}

/** Returns whether a record is of the source's object type and label, whatever the `where` says. */
export function isCandidate(source: Source, record: AssociatedRecord<Events>): boolean {
  if (record.object !== source.object) return false;
  return source.label === undefined || record.labels.includes(source.label);
}

/** Returns associated records with each one once, its labels united. */
export function distinctAssociations(
  records: readonly AssociatedRecord<Events>[],
): readonly AssociatedRecord<Events>[] {
  if (records.length < 2) return records;
  const known = new Map<string, AssociatedRecord<Events>>();
  for (const record of records) {
    const key = `${record.object}/${record.id}`;
    const first = known.get(key);
    known.set(key, first === undefined ? record : { ...first, labels: [...first.labels, ...record.labels] });
  }
  return known.size === records.length ? records : [...known.values()];
}
