// Says a definition in SQL, for the databases that are compared with the engine.
import type { Condition, PropertyCondition } from "../src/scoring/condition-schema.ts";
import type { EngagementGroup, ScoreDefinition } from "../src/scoring/score-definition.ts";
import { AT } from "./engine-contacts.ts";

/** How a database says what SQL leaves open; columns hold texts without capitals and outer blanks. */
export type Dialect = {
  readonly contains: (column: string, text: string) => string;
  readonly endsWith: (column: string, text: string) => string;
  readonly number: (column: string) => string;
  /** Milliseconds since 1970. */
  readonly instant: (column: string) => string;
  /** Whole quotient of positive whole numbers. */
  readonly quotient: (dividend: string, divisor: number) => string;
};

export const DAY = 86_400_000;
/** A point in ten-thousandths. */
export const POINT = 10_000;

type Rule = EngagementGroup["rules"][number];
type Limit = { readonly min?: number | undefined; readonly max?: number | undefined } | undefined;

function namesIn(condition: Condition | undefined): string[] {
  if (condition === undefined || "lists" in condition) return [];
  if ("all" in condition) return condition.all.flatMap(namesIn);
  if ("any" in condition) return condition.any.flatMap(namesIn);
  return "not" in condition ? namesIn(condition.not) : [condition.property];
}

/** The properties that the rules of one side read. */
export function columnsOf(definition: ScoreDefinition, side: "engagement" | "fit"): readonly string[] {
  const names = definition.groups.flatMap((group) =>
    group.side === side ? group.rules.flatMap(({ where }) => namesIn(where)) : [],
  );
  return [...new Set(names)];
}

function quote(text: string | number): string {
  return `'${String(text).replaceAll("'", "''").toLowerCase()}'`;
}

function anyOf(conditions: readonly string[]): string {
  return `(${conditions.join(" or ")})`;
}

function leafSql({ property, operator, values = [] }: PropertyCondition, dialect: Dialect): string {
  const texts = values.map(quote);
  const number = dialect.number(property);
  switch (operator) {
    case "CONTAINS":
      return anyOf(texts.map((text) => dialect.contains(property, text)));
    case "ENDS_WITH":
      return anyOf(texts.map((text) => dialect.endsWith(property, text)));
    case "IS_NONE_OF":
      return `${property} not in (${texts.join(", ")})`;
    case "IS_GREATER_THAN":
      return `${number} > ${values[0]}`;
    case "IS_GREATER_THAN_OR_EQUAL_TO":
      return `${number} >= ${values[0]}`;
    case "IS_BETWEEN":
      return `${number} between ${values[0]} and ${values[1]}`;
    case "IS_KNOWN":
      return `${property} <> ''`;
    case "IS_LESS_THAN_X_DAYS_AGO":
      return `${dialect.instant(property)} between ${AT - Number(values[0]) * DAY + 1} and ${AT}`;
    default:
      return `${property} in (${texts.join(", ")})`;
  }
}

/** Says a condition. */
export function whereSql(condition: Condition | undefined, dialect: Dialect): string {
  if (condition === undefined) return "true";
  if ("all" in condition) return `(${condition.all.map((part) => whereSql(part, dialect)).join(" and ")})`;
  return "property" in condition ? leafSql(condition, dialect) : "false";
}

/** Says a figure (units) kept within a limit (points). */
export function clampSql(sql: string, limit: Limit): string {
  const least = limit?.min === undefined ? sql : `greatest(${limit.min * POINT}::float8, ${sql})`;
  return limit?.max === undefined ? least : `least(${limit.max * POINT}::float8, ${least})`;
}

/** Says which events (columns `type`, `time`) a rule counts at the instant of all evaluations. */
function matchSql({ event, where, within }: Rule, dialect: Dialect): string {
  const recent =
    within !== undefined && "lastDays" in within ? ` and time > ${AT - within.lastDays * DAY}` : "";
  return `type = '${event}' and time <= ${AT}${recent} and ${whereSql(where, dialect)}`;
}

/** Says how many per cent are left of an event's points. */
function leftSql(decay: EngagementGroup["decay"], dialect: Dialect): string {
  if (decay === undefined) return "100";
  const steps = dialect.quotient(`(${AT} - time)`, decay.everyDays * DAY);
  return `greatest(0, 100 - ${decay.percent} * ${steps})`;
}

function ruleSql(rule: Rule, decay: EngagementGroup["decay"], dialect: Dialect): string {
  const left = `(${leftSql(decay, dialect)})::float8`;
  const sum = `sum(case when ${matchSql(rule, dialect)} then ${left} else 0 end)`;
  return clampSql(`${(rule.points ?? 0) * 100} * ${sum}`, rule.limit);
}

/** Says the units of one side, over its events or its contact. */
export function sideSql(definition: ScoreDefinition, side: "engagement" | "fit", dialect: Dialect): string {
  const groups = definition.groups.map((group) => {
    if (group.side !== side) return "0";
    const rules =
      group.side === "engagement"
        ? group.rules.map((rule) => ruleSql(rule, group.decay, dialect))
        : group.rules.map(
            ({ where, points }) =>
              `case when ${whereSql(where, dialect)} then ${(points ?? 0) * POINT} else 0 end`,
          );
    return clampSql(`(${rules.join("\n + ")})`, group.limit);
  });
  return clampSql(`(${groups.join("\n + ")})`, definition.sides?.[side]);
}
