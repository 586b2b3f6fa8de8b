// The floor of a rescore: one SQL statement a chunk that computes and upserts the same rows.
import type { ScoredRecord } from "../src/scoring/record.ts";
import type { EngagementGroup, ScoreDefinition } from "../src/scoring/score-definition.ts";
import type { Database } from "../src/store/database.ts";
import { clampSql, columnsOf, DAY, type Dialect, POINT, sideSql, whereSql } from "./definition-sql.ts";
import { AT } from "./engine-contacts.ts";
import { foldRecord } from "./engine-tally.ts";

const POSTGRES: Dialect = {
  contains: (column, text) => `strpos(${column}, ${text}) > 0`,
  endsWith: (column, text) => `right(${column}, length(${text})) = ${text}`,
  number: (column) => `(case when ${column} ~ '^[0-9.]+$' then ${column}::float8 end)`,
  instant: (column) => `(extract(epoch from ${column}::timestamptz) * 1000)`,
  quotient: (dividend, divisor) => `(${dividend} / ${divisor})`,
};

/** Whether texts stand in the tables as they came, or trimmed and without capitals; also the tables' prefixes. */
export const TEXTS = ["raw", "folded"] as const;
export type Texts = (typeof TEXTS)[number];

type Columns = { readonly events: readonly string[]; readonly contacts: readonly string[] };

function columnsFor(definition: ScoreDefinition): Columns {
  return { events: columnsOf(definition, "engagement"), contacts: columnsOf(definition, "fit") };
}

type Rule = { readonly group: EngagementGroup; readonly rule: EngagementGroup["rules"][number] };

function engagementRules({ groups }: ScoreDefinition): readonly Rule[] {
  return groups.flatMap((group) =>
    group.side === "engagement" ? group.rules.map((rule) => ({ group, rule })) : [],
  );
}

/** The engagement rules as rows: what an event of a rule's type is joined with. */
function rulesSql(definition: ScoreDefinition): string {
  const rows = engagementRules(definition).map(({ group, rule }, index) => {
    const { within, limit } = rule;
    const span = within !== undefined && "lastDays" in within ? within.lastDays * DAY : 0;
    const bounds = [limit?.min, limit?.max].map((bound) => (bound === undefined ? "null" : bound * POINT));
    return `(${index}, ${definition.groups.indexOf(group)}, '${rule.event}', ${(rule.points ?? 0) * 100},
      ${group.decay?.percent ?? 0}, ${(group.decay?.everyDays ?? 0) * DAY}::bigint, ${span}::bigint, ${bounds.join("::float8, ")}::float8)`;
  });
  return `rules (rule, part, type, hundredths, percent, period, span, least, most) as (values ${rows.join(",\n")})`;
}

function conditionsSql(definition: ScoreDefinition): string {
  const cases = engagementRules(definition).map(
    ({ rule }, index) => `when ${index} then ${whereSql(rule.where, POSTGRES)}`,
  );
  return `case rule ${cases.join("\n ")} end`;
}

/** Says each rule's units and next turn by contact, then the groups', then the side's. */
function engagementSql(definition: ScoreDefinition): string {
  const parts = definition.groups.flatMap((group, index) =>
    group.side === "engagement"
      ? [clampSql(`coalesce(sum(units) filter (where part = ${index}), 0)`, group.limit)]
      : [],
  );
  return `matched as (
      select contact, rule, part, hundredths, least, most, time, period, span,
        case when time > ${AT} then null when period = 0 then 0 else (${AT} - time) / period end as steps, percent
      from told join rules using (type)
      where ${conditionsSql(definition)} and (span = 0 or time > ${AT} - span)),
    counted as (
      select contact, part, least(max(most), greatest(max(least),
          max(hundredths) * coalesce(sum(greatest(0, 100 - percent * steps)), 0)))::float8 as units,
        min(case when steps is null then time when span > 0 then time + span
          when period > 0 and percent * steps < 100 then time + (steps + 1) * period end) as turn
      from matched group by contact, part, rule),
    engaged as (select contact, ${clampSql(`(${parts.join(" + ")})`, definition.sides?.engagement)} as engagement,
      min(turn) as turn from counted group by contact)`;
}

function fitTurnSql({ groups }: ScoreDefinition): string {
  const turns = groups.flatMap((group) =>
    group.side === "engagement"
      ? []
      : group.rules.flatMap(({ where }) =>
          where !== undefined && "property" in where && where.operator === "IS_LESS_THAN_X_DAYS_AGO"
            ? [`${POSTGRES.instant(where.property)}::bigint + ${Number(where.values?.[0]) * DAY}`]
            : [],
        ),
  );
  return turns.map((turn) => `case when ${turn} > ${AT} then ${turn} end`).join(", ");
}

const RESULT = "version, value, engagement, fit, threshold";

function statementFor(definition: ScoreDefinition, texts: Texts): string {
  const columns = columnsFor(definition);
  const read = (names: readonly string[]) =>
    names.map((name) => (texts === "folded" ? name : `lower(btrim(${name})) as ${name}`)).join(", ");
  const total = clampSql("coalesce(engagement, 0) + fit", definition.limit);
  return `with told as materialized (select contact, type, time, ${read(columns.events)} from ${texts}_events
      where contact >= $1 and contact < $2),
    ${rulesSql(definition)},
    ${engagementSql(definition)},
    known as materialized (select contact, ${read(columns.contacts)} from ${texts}_contacts where contact >= $1 and contact < $2),
    fitting as (select contact, ${sideSql(definition, "fit", POSTGRES)} as fit, least(${fitTurnSql(definition)}) as turn from known),
    rounded as (select contact, round((coalesce(engagement, 0) / ${POINT})::numeric)::float8 as engagement,
        round((fit / ${POINT})::numeric)::float8 as fit, round((${total} / ${POINT})::numeric)::float8 as value,
        least(f.turn, e.turn) as valid_until
      from fitting f left join engaged e using (contact)),
    computed as (select contact::text as record_id, $4::int as version, value, engagement, fit,
      case when fit >= 25 then 'A' when fit >= 10 then 'B' else 'C' end
      || case when engagement >= 40 then '1' when engagement >= 20 then '2' else '3' end as threshold, valid_until from rounded),
    kept as (insert into ${texts}_score_history (portal_id, score_id, record_id, seq, at, ${RESULT})
      select 'p', 1, c.record_id, $3::bigint, ${AT}, c.version, c.value, c.engagement, c.fit, c.threshold from computed c
      left join lateral (select * from ${texts}_record_scores s where s.portal_id = 'p' and s.score_id = 1 and s.record_id = c.record_id limit 1) s on true
      where s.record_id is null or (s.seq < $3::bigint and
        (s.value, s.engagement, s.fit, s.threshold) is distinct from (c.value, c.engagement, c.fit, c.threshold))
      on conflict do nothing)
    insert into ${texts}_record_scores (portal_id, score_id, record_id, ${RESULT}, seq, valid_until, computed_at)
    select 'p', 1, record_id, ${RESULT}, $3::bigint, valid_until, ${AT} from computed
    on conflict (portal_id, score_id, record_id) do update set version = excluded.version, seq = excluded.seq,
      value = excluded.value, engagement = excluded.engagement, fit = excluded.fit, threshold = excluded.threshold,
      valid_until = excluded.valid_until, computed_at = excluded.computed_at
    where ${texts}_record_scores.seq < excluded.seq`;
}

/** Makes the tables of the statements: events and contacts in typed columns, results in tables like the product's. */
export async function createSqlTables(db: Database, definition: ScoreDefinition): Promise<void> {
  const { events, contacts } = columnsFor(definition);
  const asText = (names: readonly string[]) => names.map((name) => `${name} text`).join(", ");
  for (const texts of TEXTS) {
    await db.query(
      `create table ${texts}_events (contact bigint, time bigint, place int, type text, ${asText(events)},
         primary key (contact, time, place))`,
    );
    await db.query(`create table ${texts}_contacts (contact bigint primary key, ${asText(contacts)})`);
    await db.query(`create table ${texts}_record_scores (like record_scores including all)`);
    await db.query(`create table ${texts}_score_history (like score_history including all)`);
  }
}

function textArrays(names: readonly string[], from: number): string {
  return names.map((_, index) => `$${index + from}::text[]`).join(", ");
}

/** Loads contacts into the statements' tables. */
export async function loadSqlTables(
  db: Database,
  definition: ScoreDefinition,
  records: readonly ScoredRecord[],
): Promise<void> {
  const { events, contacts } = columnsFor(definition);
  for (const texts of TEXTS) {
    const own = texts === "folded" ? records.map(foldRecord) : records;
    const told = own.flatMap((record) =>
      record.events.map((event, place) => ({ id: record.id, place, event })),
    );
    await db.query(
      `insert into ${texts}_events (contact, place, time, type, ${events.join(", ")})
       select * from unnest($1::bigint[], $2::int[], $3::bigint[], $4::text[], ${textArrays(events, 5)})`,
      [
        told.map(({ id }) => id),
        told.map(({ place }) => place),
        told.map(({ event }) => event.occurredAt),
        told.map(({ event }) => event.type),
        ...events.map((name) => told.map(({ event }) => event.properties[name] ?? null)),
      ],
    );
    await db.query(
      `insert into ${texts}_contacts (contact, ${contacts.join(", ")})
       select * from unnest($1::bigint[], ${textArrays(contacts, 2)})`,
      [
        own.map(({ id }) => id),
        ...contacts.map((name) => own.map(({ properties }) => properties[name] ?? null)),
      ],
    );
  }
}

/** Returns what computes and upserts a version's results of the contacts from `first` up to, not including, `end`. */
export function sqlRescore(
  db: Database,
  definition: ScoreDefinition,
  texts: Texts,
): (first: string, end: string, version: number) => Promise<void> {
  const statement = statementFor(definition, texts);
  return async (first, end, version) => {
    await db.query(statement, [first, end, version, version]);
  };
}
