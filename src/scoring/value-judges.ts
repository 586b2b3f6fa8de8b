import type { PropertyCondition } from "./condition-schema.ts";
import { type IsoDate, readInstant, readIsoDate } from "./instant.ts";
import { lastInstant, readNumberOperand } from "./operands.ts";
import { readNumber } from "./text.ts";

type Judge = (text: string) => boolean;
type Range = { readonly from: number; readonly to: number };

/** Returns what a number, range or date operator says of a known text; one that cannot be read is unknown. */
export function compileValueJudge(leaf: PropertyCondition): Judge {
  const holds = compileComparison(leaf);
  const read = readsDates(leaf) ? readInstant : readNumber;
  const whenUnknown = leaf.includeUnknown === true;
  return (text) => {
    const value = read(text);
    return value === null ? whenUnknown : holds(value);
  };
}

function compileComparison({ operator, values = [] }: PropertyCondition): (value: number) => boolean {
  const bound = readNumberOperand(values[0]) ?? Number.NaN;
  const date = isoDate(values[0]);
  const { from, to } = readRange(values);
  switch (operator) {
    case "IS_GREATER_THAN":
      return (value) => value > bound;
    case "IS_GREATER_THAN_OR_EQUAL_TO":
      return (value) => value >= bound;
    case "IS_LESS_THAN":
      return (value) => value < bound;
    case "IS_LESS_THAN_OR_EQUAL_TO":
      return (value) => value <= bound;
    case "IS_BEFORE":
      return (time) => time < date.time;
    case "IS_AFTER":
      return (time) => time > lastInstant(date);
    case "IS_NOT_BETWEEN":
      return (value) => value < from || value > to;
    default:
      return (value) => value >= from && value <= to;
  }
}

function readsDates({ operator, values = [] }: PropertyCondition): boolean {
  if (operator === "IS_BEFORE" || operator === "IS_AFTER") return true;
  return readNumberOperand(values[0]) === null;
}

function readRange([first, second]: readonly (string | number)[]): Range {
  const from = readNumberOperand(first);
  const to = readNumberOperand(second);
  if (from !== null && to !== null) return { from, to };
  return { from: isoDate(first).time, to: lastInstant(isoDate(second)) };
}

function isoDate(value: string | number | undefined): IsoDate {
  return readIsoDate(String(value)) ?? { time: Number.NaN, dateOnly: false };
}
