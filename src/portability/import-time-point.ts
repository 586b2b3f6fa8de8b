import { z } from "zod";
import { utcMidnight } from "../scoring/instant.ts";
import { childOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";

/** A fixed instant (ms), or one so many days of 24 hours from now. */
export type TimePoint = { readonly time: number } | { readonly days: number };

const zone = {
  timeType: z.string(),
  zoneId: z.string().default("UTC"),
  timezoneSource: z.string().optional(),
};
const part = z.int().default(0);
const clock = { hour: part, minute: part, second: part, millisecond: part };
const UTC = new Set(["UTC", "Z", "GMT", "Etc/UTC"]);

/** Returns a point in time: a date and clock in UTC, or whole days from now; `null`, noted, for any other. */
export function importTimePoint(node: JsonNode): TimePoint | null {
  switch (childOf(node, "timeType").value) {
    case "DATE":
      return importDatePoint(node);
    case "INDEXED":
      return importIndexedPoint(node);
    default:
      return leaveOut(node, "no condition here compares with this kind of time");
  }
}

function importDatePoint(node: JsonNode): TimePoint | null {
  const read = readNode(node, z.object({ ...zone, ...clock, day: z.int(), month: z.int(), year: z.int() }));
  if (read === null) return null;
  if (!UTC.has(read.zoneId)) node.report.note(node.path, `is meant in ${read.zoneId}: read as UTC`);
  const ofDay = ((read.hour * 60 + read.minute) * 60 + read.second) * 1000 + read.millisecond;
  return { time: utcMidnight(read.year, read.month, read.day) + ofDay };
}

function importIndexedPoint(node: JsonNode): TimePoint | null {
  const read = readNode(
    node,
    z.object({ ...zone, indexReference: z.unknown(), offset: z.unknown().optional() }),
  );
  if (read === null) return null;
  const reference = childOf(node, "indexReference");
  const { value: type } = childOf(reference, "referenceType");
  if (type !== "NOW" && type !== "TODAY") return leaveOut(reference, `no condition here counts from ${type}`);
  if (readNode(reference, z.object({ referenceType: z.string() })) === null) return null;
  if (type === "TODAY") reference.report.note(reference.path, "counts whole days: read as from now");
  if (read.offset === undefined) return { days: 0 };
  return importOffset(childOf(node, "offset"));
}

function importOffset(node: JsonNode): TimePoint | null {
  const count = z.int().default(0);
  const smaller = { hours: count, minutes: count, seconds: count, milliseconds: count };
  const larger = { months: count, quarters: count, years: count };
  const read = readNode(node, z.object({ ...smaller, ...larger, days: count, weeks: count }));
  if (read === null) return null;
  const { days, weeks, ...others } = read;
  const unsayable = Object.entries(others).filter(([, number]) => number !== 0);
  const [first] = unsayable;
  if (first !== undefined) return leaveOut(node, `no condition here counts in ${first[0]}`);
  return { days: days + 7 * weeks };
}
