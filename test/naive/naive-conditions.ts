import { DAY, instantOf, readDate, readIso } from "./naive-instants.ts";
import type { RawCondition, RawLeaf, RawProperties, RawSubject, Scalar } from "./raw-documents.ts";

/** What conditions read: an event has properties alone. */
export type Readable = Pick<RawSubject, "properties" | "history" | "lists">;

type Answer = boolean | "unknown";

/** The text of a property, or null where it is unknown. */
export function textOf(properties: RawProperties | undefined, name: string): string | null {
  if (properties === undefined || !Object.hasOwn(properties, name)) return null;
  const value = properties[name];
  return value === undefined || value === null || value === "" ? null : String(value);
}

export const plain = (text: Scalar): string => String(text).trim().toLowerCase();

/** The options that an enumeration's text holds. */
export function optionsOf(text: string): Set<string> {
  return new Set(
    text
      .split(";")
      .map(plain)
      .filter((part) => part !== ""),
  );
}

/** The number that a text tells, or null. */
function numberOf(text: string): number | null {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text.trim())) return null;
  const value = Number(text.trim());
  return Number.isFinite(value) ? value : null;
}

/** Whether a condition holds for a record or an event at an instant. */
export function holds(condition: RawCondition | undefined, subject: Readable, at: number): boolean {
  if (condition === undefined) return true;
  if ("all" in condition) return condition.all.every((part) => holds(part, subject, at));
  if ("any" in condition) return condition.any.some((part) => holds(part, subject, at));
  if ("not" in condition) return !holds(condition.not, subject, at);
  if ("lists" in condition) {
    const member = (list: string): boolean => (subject.lists ?? []).includes(list);
    if (condition.belongs === "any") return condition.lists.some(member);
    return condition.belongs === "all" ? condition.lists.every(member) : !condition.lists.some(member);
  }
  const answer = answerOf(condition, subject, at);
  return answer === "unknown" ? condition.includeUnknown === true : answer;
}

function answerOf(leaf: RawLeaf, subject: Readable, at: number): Answer {
  const { operator, values = [] } = leaf;
  const text = textOf(subject.properties, leaf.property);
  if (operator === "IS_KNOWN") return text !== null;
  if (operator === "IS_UNKNOWN") return text === null;
  if (operator.startsWith("HAS_")) return historyAnswer(leaf, subject, at);
  if (operator === "UPDATED_IN_LAST_X_DAYS") return isUpdated(leaf, subject, at);
  if (operator === "NOT_UPDATED_IN_LAST_X_DAYS") return !isUpdated(leaf, subject, at);
  if (text === null) return "unknown";
  return (
    textAnswer(operator, values, text) ??
    optionAnswer(operator, values, text) ??
    numberAnswer(operator, values, text) ??
    betweenAnswer(operator, values, text) ??
    dateAnswer(operator, values, text, at)
  );
}

function textAnswer(operator: string, values: readonly Scalar[], text: string): Answer | null {
  const some = (test: (value: string) => boolean): boolean => values.some((value) => test(plain(value)));
  if (operator === "IS_EQUAL_TO") return values.some((value) => isEqual(value, text));
  if (operator === "IS_NOT_EQUAL_TO") return !values.some((value) => isEqual(value, text));
  if (operator === "CONTAINS") return some((value) => plain(text).includes(value));
  if (operator === "DOES_NOT_CONTAIN") return !some((value) => plain(text).includes(value));
  if (operator === "STARTS_WITH") return some((value) => plain(text).startsWith(value));
  if (operator === "ENDS_WITH") return some((value) => plain(text).endsWith(value));
  return null;
}

function isEqual(value: Scalar, text: string): boolean {
  return typeof value === "number" ? numberOf(text) === value : plain(value) === plain(text);
}

function optionAnswer(operator: string, values: readonly Scalar[], text: string): Answer | null {
  const options = optionsOf(text);
  const wanted = new Set(values.map(plain));
  const any = [...wanted].some((value) => options.has(value));
  const every = [...wanted].every((value) => options.has(value));
  const answers: { readonly [operator: string]: boolean } = {
    IS_ANY_OF: any,
    IS_NONE_OF: !any,
    IS_EXACTLY: every && options.size === wanted.size,
    IS_NOT_EXACTLY: !(every && options.size === wanted.size),
    CONTAINS_ALL: every,
    DOES_NOT_CONTAIN_ALL: !every,
  };
  const answer = answers[operator];
  if (answer === undefined) return null;
  return options.size === 0 ? "unknown" : answer;
}

function numberAnswer(operator: string, values: readonly Scalar[], text: string): Answer | null {
  const tests: { readonly [operator: string]: (a: number, b: number) => boolean } = {
    IS_GREATER_THAN: (a, b) => a > b,
    IS_GREATER_THAN_OR_EQUAL_TO: (a, b) => a >= b,
    IS_LESS_THAN: (a, b) => a < b,
    IS_LESS_THAN_OR_EQUAL_TO: (a, b) => a <= b,
  };
  const test = tests[operator];
  if (test === undefined) return null;
  const value = numberOf(text);
  return value === null ? "unknown" : test(value, Number(values[0]));
}

function betweenAnswer(operator: string, values: readonly Scalar[], text: string): Answer | null {
  if (operator !== "IS_BETWEEN" && operator !== "IS_NOT_BETWEEN") return null;
  const inside = isBetween(String(values[0]), String(values[1]), text);
  if (inside === "unknown") return inside;
  return operator === "IS_BETWEEN" ? inside : !inside;
}

function isBetween(first: string, second: string, text: string): Answer {
  const [low, high] = [numberOf(first), numberOf(second)];
  if (low !== null && high !== null) {
    const value = numberOf(text);
    return value === null ? "unknown" : low <= value && value <= high;
  }
  const t = readDate(text);
  if (t === null) return "unknown";
  const end = readIso(second);
  const last = instantOf(second) + (end?.wholeDay === true ? DAY - 1 : 0);
  return instantOf(first) <= t && t <= last;
}

function dateAnswer(operator: string, values: readonly Scalar[], text: string, at: number): Answer {
  const t = readDate(text);
  if (t === null) return "unknown";
  const bound = String(values[0]);
  const span = Number(bound) * DAY;
  if (operator === "IS_BEFORE") return t < instantOf(bound);
  if (operator === "IS_AFTER") {
    return readIso(bound)?.wholeDay === true ? t >= instantOf(bound) + DAY : t > instantOf(bound);
  }
  if (operator === "IS_LESS_THAN_X_DAYS_AGO") return at - span < t && t <= at;
  if (operator === "IS_MORE_THAN_X_DAYS_AGO") return t <= at - span;
  if (operator === "IS_LESS_THAN_X_DAYS_FROM_NOW") return at <= t && t < at + span;
  if (operator === "IS_MORE_THAN_X_DAYS_FROM_NOW") return t >= at + span;
  throw new Error(`no operator: ${operator}`);
}

/** The recorded changes of a property up to an instant. */
function changesOf(leaf: RawLeaf, subject: Readable, at: number) {
  const history = subject.history ?? {};
  const entries = Object.hasOwn(history, leaf.property) ? (history[leaf.property] ?? []) : [];
  return entries
    .map(({ value, timestamp }) => ({ value, at: instantOf(timestamp) }))
    .filter((entry) => entry.at <= at);
}

function historyAnswer(leaf: RawLeaf, subject: Readable, at: number): Answer {
  const recorded = changesOf(leaf, subject, at).map(({ value }) => value);
  const texts = [...recorded, textOf(subject.properties, leaf.property)].filter(
    (text) => text !== null && text !== "",
  );
  const wanted = (leaf.values ?? []).map(plain);
  const never = leaf.operator.startsWith("HAS_NEVER");
  if (leaf.operator.endsWith("CONTAINED")) {
    if (texts.length === 0) return "unknown";
    return texts.some((text) => wanted.some((value) => plain(text ?? "").includes(value))) !== never;
  }
  const options = texts.map((text) => optionsOf(text ?? "")).filter((set) => set.size > 0);
  if (options.length === 0) return "unknown";
  return options.some((set) => wanted.some((value) => set.has(value))) !== never;
}

function isUpdated(leaf: RawLeaf, subject: Readable, at: number): boolean {
  const newest = Math.max(...changesOf(leaf, subject, at).map((change) => change.at));
  return newest > at - Number(leaf.values?.[0]) * DAY;
}
