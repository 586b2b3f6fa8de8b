import type { Condition, PropertyCondition } from "./condition-schema.ts";
import type { Associated, EventRule, PropertyRule } from "./score-definition.ts";
import { asObject } from "./soft-read.ts";
import type { Timeframe } from "./timeframe-schema.ts";

type Limit = { readonly min?: number | undefined; readonly max?: number | undefined };

/** Returns a number of points as text, with a true minus sign. */
export function pointsWords(points: number): string {
  return String(points).replace("-", "−");
}

/** Returns a limit in words: `40`, `at least −5`, `−5 to 40`. */
export function limitWords({ min, max }: Limit): string {
  if (min === undefined) return max === undefined ? "none" : pointsWords(max);
  return max === undefined ? `at least ${pointsWords(min)}` : `${pointsWords(min)} to ${pointsWords(max)}`;
}

/** Returns an operator or event type in words: `is any of`, `form submitted`. */
export function plainWords(name: string): string {
  return name.toLowerCase().replaceAll("_", " ");
}

/** Returns a condition as a short sentence. */
export function conditionWords(condition: Condition): string {
  if ("all" in condition) return joined(condition.all, " and ");
  if ("any" in condition) return joined(condition.any, " or ");
  if ("not" in condition) return `not ${enclosed(condition.not)}`;
  if ("lists" in condition) return `belongs to ${condition.belongs} of lists ${condition.lists.join(", ")}`;
  return leafWords(condition);
}

function joined(parts: readonly Condition[], word: string): string {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return conditionWords(only);
  return parts.map(enclosed).join(word);
}

function enclosed(condition: Condition): string {
  const words = conditionWords(condition);
  return "all" in condition || "any" in condition ? `(${words})` : words;
}

function leafWords({ property, operator, values, includeUnknown }: PropertyCondition): string {
  const unknown = includeUnknown === true ? " or is unknown" : "";
  const days = / x days (.*)$/.exec(plainWords(operator));
  if (days !== null && values !== undefined) {
    const [start = ""] = plainWords(operator).split(" x days ");
    return `${property} ${start} ${values.join(", ")} days ${days[1]}${unknown}`;
  }
  const listed = values === undefined ? "" : ` ${valuesWords(operator, values)}`;
  return `${property} ${plainWords(operator)}${listed}${unknown}`;
}

function valuesWords(operator: string, values: readonly (string | number)[]): string {
  const texts = values.map((value) => (typeof value === "number" ? pointsWords(value) : value));
  if (operator.endsWith("BETWEEN")) return texts.join(" and ");
  const [last] = texts.slice(-1);
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${last}`;
}

/** Returns a timeframe in words: `in the last 90 days`. */
export function timeframeWords(timeframe: Timeframe): string {
  if ("lastDays" in timeframe) return `in the last ${timeframe.lastDays} days`;
  if ("calendar" in timeframe)
    return `in ${timeframe.calendar.toLowerCase()} ${timeframe.unit.toLowerCase()}`;
  const { from, to } = timeframe;
  return [from === undefined ? "" : `from ${from}`, to === undefined ? "" : `until ${to}`]
    .filter((part) => part !== "")
    .join(" ");
}

/** Returns which associated records count and how their points are joined, in words. */
export function associatedWords({ object, label, where, aggregate }: Associated): string {
  const named = label === undefined ? "" : ` labelled ${label}`;
  const tested = where === undefined ? "" : ` where ${conditionWords(where)}`;
  return `${aggregate} over each associated ${object}${named}${tested}`;
}

/** Returns ranges of how often, in words: `1 to 3 times: 2 points`. */
export function frequencyWords(ranges: NonNullable<EventRule["frequency"]>): string {
  return ranges
    .map(({ from, to, points }) => `${timesWords(from, to)}: ${pointsWords(points)} points`)
    .join("; ");
}

function timesWords(from: number, to: number | undefined): string {
  if (to === undefined) return `${from} or more times`;
  return from === to ? `${from} times` : `${from} to ${to} times`;
}

/** Returns what a rule gives, in words, for a rule added or removed. */
export function ruleWords(rule: EventRule | PropertyRule): string {
  const parts: string[] = [];
  if ("event" in rule) parts.push(`event ${plainWords(rule.event)}`);
  if (rule.where !== undefined) parts.push(`where ${conditionWords(rule.where)}`);
  if ("within" in rule && rule.within !== undefined) parts.push(timeframeWords(rule.within));
  parts.push(givenWords(rule));
  if (!rule.enabled) parts.push("switched off");
  return parts.join(", ");
}

function givenWords(rule: EventRule | PropertyRule): string {
  if (rule.points !== undefined) return `${pointsWords(rule.points)} points`;
  if ("frequency" in rule && rule.frequency !== undefined) return frequencyWords(rule.frequency);
  const points = Object.entries(asObject(rule.values?.points));
  const listed = points.map(([value, given]) => `${value} ${pointsWords(Number(given))}`).join(", ");
  return `points by ${rule.values?.property}: ${listed}`;
}
