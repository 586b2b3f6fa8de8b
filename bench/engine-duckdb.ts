import type { Condition, PropertyCondition } from "../src/scoring/condition-schema.ts";
import type { ScoredRecord } from "../src/scoring/record.ts";
import type { EngagementGroup, ScoreDefinition } from "../src/scoring/score-definition.ts";
import { AT } from "./engine-contacts.ts";
import type { Contestant, Outcome } from "./engine-contestant.ts";

type Statement = {
  bindInteger(place: number, value: number): void;
  runAndReadAll(): Promise<{ getColumnsJS(): unknown[][] }>;
};
type Connection = {
  run(sql: string): Promise<unknown>;
  prepare(sql: string): Promise<Statement>;
  createAppender(table: string): Promise<Appender>;
  closeSync(): void;
};
type Appender = {
  appendInteger(value: number): void;
  appendBigInt(value: bigint): void;
  appendVarchar(value: string): void;
  appendNull(): void;
  endRow(): void;
  closeSync(): void;
};

/** What is used of the package `@duckdb/node-api`. */
export type DuckDb = {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<Connection>; closeSync(): void }>;
  };
};

const DAY = 86_400_000;
const POINT = 10_000;

function namesIn(condition: Condition | undefined): string[] {
  if (condition === undefined || "lists" in condition) return [];
  if ("all" in condition) return condition.all.flatMap(namesIn);
  if ("any" in condition) return condition.any.flatMap(namesIn);
  return "not" in condition ? namesIn(condition.not) : [condition.property];
}

function quote(text: string | number): string {
  return `'${String(text).replaceAll("'", "''").toLowerCase()}'`;
}

function leafSql({ property, operator, values = [] }: PropertyCondition): string {
  const texts = values.map(quote).join(", ");
  const number = `try_cast(${property} as double)`;
  switch (operator) {
    case "CONTAINS":
      return `(${values.map((value) => `contains(${property}, ${quote(value)})`).join(" or ")})`;
    case "ENDS_WITH":
      return `(${values.map((value) => `ends_with(${property}, ${quote(value)})`).join(" or ")})`;
    case "IS_NONE_OF":
      return `${property} not in (${texts})`;
    case "IS_GREATER_THAN":
      return `${number} > ${values[0]}`;
    case "IS_GREATER_THAN_OR_EQUAL_TO":
      return `${number} >= ${values[0]}`;
    case "IS_BETWEEN":
      return `${number} between ${values[0]} and ${values[1]}`;
    case "IS_KNOWN":
      return `${property} <> ''`;
    case "IS_LESS_THAN_X_DAYS_AGO":
      return `epoch_ms(upper(${property})::timestamp) between ${AT - Number(values[0]) * DAY + 1} and ${AT}`;
    default:
      return `${property} in (${texts})`;
  }
}

function whereSql(condition: Condition | undefined): string {
  if (condition === undefined) return "true";
  if ("all" in condition) return `(${condition.all.map(whereSql).join(" and ")})`;
  return "property" in condition ? leafSql(condition) : "false";
}

function clampSql(
  sql: string,
  limit: { min?: number | undefined; max?: number | undefined } | undefined,
): string {
  const least = limit?.min === undefined ? sql : `greatest(${limit.min * POINT}::double, ${sql})`;
  return limit?.max === undefined ? least : `least(${limit.max * POINT}::double, ${least})`;
}

function ruleSql(rule: EngagementGroup["rules"][number], decay: EngagementGroup["decay"]): string {
  const { event, where, within } = rule;
  const recent =
    within !== undefined && "lastDays" in within ? ` and time > ${AT - within.lastDays * DAY}` : "";
  const left =
    decay === undefined
      ? "100"
      : `greatest(0, 100 - ${decay.percent} * ((${AT} - time) // ${decay.everyDays * DAY}))`;
  const sum = `sum(case when type = '${event}'${recent} and ${whereSql(where)} then (${left})::double else 0 end)`;
  return clampSql(`${(rule.points ?? 0) * 100} * ${sum}`, rule.limit);
}

function sideSql(definition: ScoreDefinition, side: "engagement" | "fit"): string {
  const groups = definition.groups.map((group) => {
    if (group.side !== side) return "0";
    const rules =
      group.side === "engagement"
        ? group.rules.map((rule) => ruleSql(rule, group.decay))
        : group.rules.map(
            ({ where, points }) => `case when ${whereSql(where)} then ${(points ?? 0) * POINT} else 0 end`,
          );
    return clampSql(`(${rules.join("\n + ")})`, group.limit);
  });
  return clampSql(`(${groups.join("\n + ")})`, definition.sides?.[side]);
}

type Columns = { readonly events: readonly string[]; readonly contacts: readonly string[] };

function scoreSql(definition: ScoreDefinition, columns: Columns, texts: "as they are" | "folded"): string {
  const read = (names: readonly string[]) =>
    names.map((name) => (texts === "folded" ? name : `lower(trim(${name})) as ${name}`)).join(", ");
  return `with engaged as (
    select contact, ${sideSql(definition, "engagement")} as engagement
    from (select contact, type, time, ${read(columns.events)} from events
          where contact >= $1 and contact < $2 and time <= ${AT})
    group by contact),
  fitting as (
    select contact, ${sideSql(definition, "fit")} as fit
    from (select contact, ${read(columns.contacts)} from contacts where contact >= $1 and contact < $2)),
  rounded as (
    select contact, round(engagement / ${POINT})::integer as engagement, round(fit / ${POINT})::integer as fit,
      round(${clampSql("engagement + fit", definition.limit)} / ${POINT})::integer as value
    from fitting join engaged using (contact))
  select value, engagement, fit,
    case when fit >= 25 then 'A' when fit >= 10 then 'B' else 'C' end
    || case when engagement >= 40 then '1' when engagement >= 20 then '2' else '3' end as threshold
  from rounded order by contact`;
}

async function load(connection: Connection, records: readonly ScoredRecord[], columns: readonly string[]) {
  await connection.run(
    `create table contacts (contact integer, ${columns.map((name) => `${name} varchar`)})`,
  );
  const appender = await connection.createAppender("contacts");
  records.forEach(({ properties }, index) => {
    appender.appendInteger(index);
    appendTexts(appender, properties, columns);
  });
  appender.closeSync();
}

async function loadEvents(
  connection: Connection,
  records: readonly ScoredRecord[],
  columns: readonly string[],
) {
  const texts = columns.map((name) => `${name} varchar`);
  await connection.run(`create table events (contact integer, type varchar, time bigint, ${texts})`);
  const appender = await connection.createAppender("events");
  records.forEach(({ events }, index) => {
    for (const { type, occurredAt, properties } of events) {
      appender.appendInteger(index);
      appender.appendVarchar(type);
      appender.appendBigInt(BigInt(occurredAt));
      appendTexts(appender, properties, columns);
    }
  });
  appender.closeSync();
}

function appendTexts(appender: Appender, properties: ScoredRecord["properties"], columns: readonly string[]) {
  for (const name of columns) {
    const text = properties[name];
    if (text) appender.appendVarchar(text);
    else appender.appendNull();
  }
  appender.endRow();
}

function readOutcomes([values = [], engagements = [], fits = [], labels = []]: unknown[][]): Outcome[] {
  return values.map((value, index) => ({
    value: Number(value),
    engagement: Number(engagements[index]),
    fit: Number(fits[index]),
    threshold: String(labels[index]),
  }));
}

/** Returns the contestant, its tables loaded; one statement scores a range of contacts, and folds texts that are not. */
export async function duckDb(
  { DuckDBInstance }: DuckDb,
  definition: ScoreDefinition,
  { records, texts }: { readonly records: readonly ScoredRecord[]; readonly texts: "as they are" | "folded" },
): Promise<Contestant> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const namesOf = (side: string) => [
    ...new Set(
      definition.groups.flatMap((group) =>
        group.side === side ? group.rules.flatMap(({ where }) => namesIn(where)) : [],
      ),
    ),
  ];
  const columns = { events: namesOf("engagement"), contacts: namesOf("fit") };
  await load(connection, records, columns.contacts);
  await loadEvents(connection, records, columns.events);
  const statement = await connection.prepare(scoreSql(definition, columns, texts));
  return {
    name: texts === "folded" ? "DuckDB, texts folded beforehand" : "DuckDB, one statement",
    contacts: records.length,
    score: async (first, end) => {
      statement.bindInteger(1, first);
      statement.bindInteger(2, end);
      return readOutcomes((await statement.runAndReadAll()).getColumnsJS());
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
