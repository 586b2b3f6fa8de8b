import { z } from "zod";
import { parseInstant } from "../instant.ts";
import type { CrmRecord } from "../portal/crm-record.ts";
import { readValue } from "./wire-record.ts";

const texts = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** One filter of a search, in HubSpot's form. */
export const searchFilter = z.object({
  propertyName: z.string(),
  operator: z.enum([
    "EQ",
    "NEQ",
    "LT",
    "LTE",
    "GT",
    "GTE",
    "BETWEEN",
    "IN",
    "NOT_IN",
    "HAS_PROPERTY",
    "NOT_HAS_PROPERTY",
    "CONTAINS_TOKEN",
    "NOT_CONTAINS_TOKEN",
  ]),
  value: texts.optional(),
  highValue: texts.optional(),
  values: z.array(texts).optional(),
});
type SearchFilter = z.infer<typeof searchFilter>;

/** Orders ids: as numbers where both are whole numbers, else as text. */
export function compareIds(a: string, b: string): number {
  return compareValues(a, b);
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Orders two values as numbers, as dates or, failing that, as text. */
function compareValues(a: string, b: string): number {
  const [one, other] = [comparable(a), comparable(b)];
  if (one !== undefined && other !== undefined) return one - other;
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparable(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : parseInstant(text);
}

function isModifiedDate(name: string): boolean {
  return name === "lastmodifieddate" || name === "hs_lastmodifieddate";
}

type SortKey = {
  readonly record: CrmRecord;
  readonly value: number | undefined;
  readonly text: string;
  readonly id: number;
};

function sortKey(record: CrmRecord, name: string): SortKey {
  const id = comparable(record.id) ?? 0;
  if (isModifiedDate(name)) return { record, value: record.updatedAt, text: "", id };
  const text = readValue(record, name) ?? "";
  return { record, value: comparable(text), text, id };
}

function compareKeys(a: SortKey, b: SortKey): number {
  if (a.value !== undefined && b.value !== undefined) return a.value - b.value || a.id - b.id;
  return a.text < b.text ? -1 : a.text > b.text ? 1 : a.id - b.id;
}

/** Returns records in the order of a property, of equal ones the lower id first; each value is read once. */
export function sortRecords(
  records: readonly CrmRecord[],
  by: { readonly name: string; readonly isDescending: boolean },
): CrmRecord[] {
  const sign = by.isDescending ? -1 : 1;
  return records
    .map((record) => sortKey(record, by.name))
    .sort((a, b) => sign * compareKeys(a, b))
    .map((key) => key.record);
}

/** Returns the test of a filter; one for the date of the last change reads no text. */
export function filterTest(filter: SearchFilter): (record: CrmRecord) => boolean {
  const bound = isModifiedDate(filter.propertyName) ? comparable(filter.value ?? "") : undefined;
  if (bound !== undefined) {
    if (filter.operator === "GTE") return (record) => record.updatedAt >= bound;
    if (filter.operator === "EQ") return (record) => record.updatedAt === bound;
  }
  return (record) => passesFilter(record, filter);
}

/** Tells whether a record passes a filter. */
function passesFilter(record: CrmRecord, filter: SearchFilter): boolean {
  const held = readValue(record, filter.propertyName);
  const value = held === "" ? null : held;
  switch (filter.operator) {
    case "HAS_PROPERTY":
      return value !== null;
    case "NOT_HAS_PROPERTY":
      return value === null;
    case "NEQ":
      return value === null || !equal(value, filter.value ?? "");
    case "NOT_IN":
      return value === null || !(filter.values ?? []).some((one) => equal(value, one));
    case "NOT_CONTAINS_TOKEN":
      return value === null || !containsToken(value, filter.value ?? "");
    default:
      return value !== null && passesKnown(value, filter);
  }
}

function passesKnown(value: string, filter: SearchFilter): boolean {
  const bound = filter.value ?? "";
  switch (filter.operator) {
    case "EQ":
      return equal(value, bound);
    case "IN":
      return (filter.values ?? []).some((one) => equal(value, one));
    case "LT":
      return compareValues(value, bound) < 0;
    case "LTE":
      return compareValues(value, bound) <= 0;
    case "GT":
      return compareValues(value, bound) > 0;
    case "GTE":
      return compareValues(value, bound) >= 0;
    case "BETWEEN":
      return compareValues(value, bound) >= 0 && compareValues(value, filter.highValue ?? bound) <= 0;
    default:
      return containsToken(value, bound);
  }
}

function equal(value: string, wanted: string): boolean {
  return value.toLowerCase() === wanted.toLowerCase() || compareValues(value, wanted) === 0;
}

function containsToken(value: string, token: string): boolean {
  const wanted = token.toLowerCase().replace(/^\*+|\*+$/g, "");
  const words = value.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return token.includes("*") ? value.toLowerCase().includes(wanted) : words.includes(wanted);
}
