import type { CompiledCondition, Test, Turn } from "./compiled-condition.ts";
import type { PropertyCondition } from "./condition-schema.ts";
import { DAY, readInstant } from "./instant.ts";
import { readNumberOperand } from "./operands.ts";
import { propertyReader } from "./property-reader.ts";
import { remember } from "./remember.ts";

type Clock = {
  readonly holds: (time: number, at: number) => boolean;
  /** The instants at which the answer for a date turns, earliest first. */
  readonly turns: (time: number) => readonly [number, number];
};

/** Returns the closures of a leaf that compares a date with the present. */
export function compileDaysLeaf(leaf: PropertyCondition): CompiledCondition {
  const span = (readNumberOperand(leaf.values?.[0]) ?? 0) * DAY;
  const read = propertyReader(leaf.property);
  const readTime = remember((text) => readInstant(text) ?? Number.NaN);
  const whenUnknown = leaf.includeUnknown === true;
  const { holds, turns } = clockOf(leaf.operator, span);
  const test: Test = ({ properties }, at) => {
    const text = read(properties);
    const time = text ? readTime(text) : Number.NaN;
    return Number.isNaN(time) ? whenUnknown : holds(time, at);
  };
  const turn: Turn = ({ properties }, at) => {
    const text = read(properties);
    if (!text) return Number.POSITIVE_INFINITY;
    const [first, last] = turns(readTime(text));
    if (first > at) return first;
    return last > at ? last : Number.POSITIVE_INFINITY;
  };
  return { test, turn, judged: false };
}

function clockOf(operator: PropertyCondition["operator"], span: number): Clock {
  switch (operator) {
    case "IS_LESS_THAN_X_DAYS_AGO":
      return {
        holds: (time, at) => at - span < time && time <= at,
        turns: (time) => [time, time + span],
      };
    case "IS_MORE_THAN_X_DAYS_AGO":
      return {
        holds: (time, at) => time <= at - span,
        turns: (time) => [time + span, time + span],
      };
    case "IS_LESS_THAN_X_DAYS_FROM_NOW":
      return {
        holds: (time, at) => at <= time && time < at + span,
        turns: (time) => [time - span + 1, time + 1],
      };
    default:
      return {
        holds: (time, at) => time >= at + span,
        turns: (time) => [time - span + 1, time - span + 1],
      };
  }
}
