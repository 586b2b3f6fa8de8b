import { readIsoDate } from "./instant.ts";
import { operatorKind } from "./operators.ts";
import { readNumber } from "./text.ts";

/** A fault below the value at hand. */
export type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

const MOST_DAYS = 36_500;

/** Returns what is wrong with the `values` of an operator: their number, their kind or their order. */
export function operandProblems(operator: string, values: unknown): Problem[] {
  const kind = operatorKind(operator);
  if (kind === undefined) return [];
  if (kind === "presence") {
    return values === undefined ? [] : problem([], `${operator} takes no values`);
  }
  if (values === undefined) return problem([], `${operator} needs values`);
  if (!Array.isArray(values)) return [];
  const operands: readonly unknown[] = values;
  switch (kind) {
    case "number":
      return single(operator, operands, isNumber, "a number");
    case "date":
      return single(operator, operands, isDate, "an ISO date");
    case "days":
      return single(operator, operands, (v) => isDays(v, 0), `an integer from 0 to ${MOST_DAYS}`);
    case "updated":
      return single(operator, operands, (v) => isDays(v, 1), `an integer from 1 to ${MOST_DAYS}`);
    case "range":
      return rangeProblems(operator, operands);
    default:
      return [];
  }
}

/** Returns the number that a definition's value means, or `null`. */
export function readNumberOperand(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" ? readNumber(value) : null;
}

function single(
  operator: string,
  values: readonly unknown[],
  accepts: (value: unknown) => boolean,
  wanted: string,
): Problem[] {
  if (values.length !== 1) return problem([], `${operator} takes exactly one value, ${wanted}`);
  return accepts(values[0]) ? [] : problem([0], `${operator} takes ${wanted}`);
}

function rangeProblems(operator: string, values: readonly unknown[]): Problem[] {
  const [first, second] = values;
  if (values.length !== 2) return problem([], `${operator} takes exactly two values`);
  if (isNumber(first) && isNumber(second)) {
    return Number(first) <= Number(second) ? [] : falling(operator);
  }
  if (!isDate(first) || !isDate(second)) {
    return problem([], `${operator} takes two numbers or two ISO dates`);
  }
  const from = readIsoDate(String(first));
  const to = readIsoDate(String(second));
  if (from === null || to === null) return [];
  return from.time <= lastInstant(to) ? [] : falling(operator);
}

/** Returns the last millisecond that a date bound includes: a date alone means its whole UTC day. */
export function lastInstant(date: { readonly time: number; readonly dateOnly: boolean }): number {
  return date.dateOnly ? date.time + 86_399_999 : date.time;
}

function falling(operator: string): Problem[] {
  return problem([], `the first value of ${operator} must not exceed the second`);
}

function isNumber(value: unknown): boolean {
  return readNumberOperand(value) !== null;
}

function isDate(value: unknown): boolean {
  return typeof value === "string" && readIsoDate(value) !== null;
}

function isDays(value: unknown, least: number): boolean {
  const days = readNumberOperand(value);
  return days !== null && Number.isInteger(days) && days >= least && days <= MOST_DAYS;
}

function problem(path: readonly (string | number)[], message: string): Problem[] {
  return [{ path: ["values", ...path], message }];
}
