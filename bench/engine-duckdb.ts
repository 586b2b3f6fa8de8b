import type { ScoredRecord } from "../src/scoring/record.ts";
import type { ScoreDefinition } from "../src/scoring/score-definition.ts";
import { clampSql, columnsOf, type Dialect, POINT, sideSql } from "./definition-sql.ts";
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

const DUCKDB: Dialect = {
  contains: (column, text) => `contains(${column}, ${text})`,
  endsWith: (column, text) => `ends_with(${column}, ${text})`,
  number: (column) => `try_cast(${column} as double)`,
  instant: (column) => `epoch_ms(upper(${column})::timestamp)`,
  quotient: (dividend, divisor) => `(${dividend} // ${divisor})`,
};

type Columns = { readonly events: readonly string[]; readonly contacts: readonly string[] };

function scoreSql(definition: ScoreDefinition, columns: Columns, texts: "as they are" | "folded"): string {
  const read = (names: readonly string[]) =>
    names.map((name) => (texts === "folded" ? name : `lower(trim(${name})) as ${name}`)).join(", ");
  return `with engaged as (
    select contact, ${sideSql(definition, "engagement", DUCKDB)} as engagement
    from (select contact, type, time, ${read(columns.events)} from events
          where contact >= $1 and contact < $2 and time <= ${AT})
    group by contact),
  fitting as (
    select contact, ${sideSql(definition, "fit", DUCKDB)} as fit
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
  const columns = { events: columnsOf(definition, "engagement"), contacts: columnsOf(definition, "fit") };
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
