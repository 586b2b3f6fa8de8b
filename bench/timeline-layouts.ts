import type { EngagementEvent } from "../src/scoring/record.ts";
import type { Database, Queryable } from "../src/store/database.ts";
import { decodeTimeline, encodeTimeline, mergeEvents, sortEvents } from "../src/store/timeline.ts";

/** Events by contact id. */
export type Timelines = ReadonlyMap<string, readonly EngagementEvent[]>;

/** One way of keeping events in the database. */
export type Layout = {
  readonly name: string;
  readonly table: string;
  readonly columns: string;
  /** How the table is stored, where the server's defaults are not the best: what follows `alter table`. */
  readonly storage: readonly string[];
  /** Writes contacts that have no events yet. */
  load(db: Queryable, timelines: Timelines): Promise<void>;
  /** Reads the events of the contacts from the first id to the last, by time, as they go into the scoring. */
  read(db: Queryable, first: string, last: string): Promise<Timelines>;
  /** Adds events, those already there only once, in one transaction. */
  add(db: Database, timelines: Timelines): Promise<void>;
};

const PORTAL = "12345678";

type Codec<Stored> = {
  readonly type: "bytea" | "jsonb";
  readonly storage: readonly string[];
  readonly pack: (events: readonly EngagementEvent[]) => Stored;
  readonly unpack: (stored: Stored) => EngagementEvent[];
};

/** One row a contact, its events packed by the codec; to add to it the row is read, merged and written again. */
function rowPerContact<Stored>(name: string, table: string, codec: Codec<Stored>): Layout {
  const save = (db: Queryable, timelines: Timelines) =>
    db.query(
      `insert into ${table} select $1, c, e::${codec.type} from unnest($2::text[], $3::${codec.type === "bytea" ? "bytea" : "text"}[]) as t(c, e)
       on conflict (portal_id, contact_id) do update set events = excluded.events`,
      [PORTAL, [...timelines.keys()], [...timelines.values()].map(codec.pack)],
    );
  type Row = { readonly contact_id: string; readonly events: Stored };
  return {
    name,
    table,
    columns: `portal_id text collate "C", contact_id text collate "C", events ${codec.type} not null, primary key (portal_id, contact_id)`,
    storage: codec.storage,
    async load(db, timelines) {
      await save(db, timelines);
    },
    async read(db, first, last) {
      const rows = await db.query<Row>(
        `select contact_id, events from ${table} where portal_id = $1 and contact_id between $2 and $3 order by contact_id`,
        [PORTAL, first, last],
      );
      return new Map(rows.map((row) => [row.contact_id, codec.unpack(row.events)]));
    },
    add: (db, timelines) =>
      db.transaction(async (tx) => {
        const rows = await tx.query<Row>(
          `select contact_id, events from ${table} where portal_id = $1 and contact_id = any($2) order by contact_id for update`,
          [PORTAL, [...timelines.keys()]],
        );
        const stored = new Map(rows.map((row) => [row.contact_id, codec.unpack(row.events)]));
        const changed = new Map<string, readonly EngagementEvent[]>();
        for (const [contact, added] of timelines) {
          const merged = mergeEvents(stored.get(contact) ?? [], added);
          if (merged.changed) changed.set(contact, merged.events);
        }
        if (changed.size > 0) await save(tx, changed);
      }),
  };
}

async function insertEvents(db: Queryable, timelines: Timelines): Promise<void> {
  const events = [...timelines].flatMap(([contact, list]) => list.map((event) => ({ contact, ...event })));
  await db.query(
    `insert into timeline_rows select $1, t.* from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::jsonb[]) as t
     on conflict do nothing`,
    [
      PORTAL,
      events.map((event) => event.contact),
      events.map((event) => event.id),
      events.map((event) => event.type),
      events.map((event) => event.occurredAt),
      events.map((event) => JSON.stringify(event.properties)),
    ],
  );
}

type EventRow = {
  readonly contact_id: string;
  readonly event_id: string;
  readonly type: string;
  readonly occurred_at: number;
  readonly properties: EngagementEvent["properties"];
};

const rowPerEvent: Layout = {
  name: "a row per event",
  table: "timeline_rows",
  columns: `portal_id text collate "C", contact_id text collate "C", event_id text collate "C", type text not null,
    occurred_at bigint not null, properties jsonb not null, primary key (portal_id, contact_id, event_id)`,
  storage: [],
  load: insertEvents,
  async read(db, first, last) {
    const rows = await db.query<EventRow>(
      `select contact_id, event_id, type, occurred_at::float8, properties from timeline_rows
        where portal_id = $1 and contact_id between $2 and $3 order by contact_id`,
      [PORTAL, first, last],
    );
    const timelines = new Map<string, EngagementEvent[]>();
    for (const { contact_id, event_id, type, occurred_at, properties } of rows) {
      const event = { id: event_id, type, occurredAt: occurred_at, properties };
      const events = timelines.get(contact_id);
      if (events) events.push(event);
      else timelines.set(contact_id, [event]);
    }
    for (const [contact, events] of timelines) timelines.set(contact, sortEvents(events));
    return timelines;
  },
  add: (db, timelines) => db.transaction((tx) => insertEvents(tx, timelines)),
};

/** The layouts that are compared. */
export const LAYOUTS: readonly Layout[] = [
  rowPerContact("packed timeline", "timeline_packed", {
    type: "bytea",
    // Beside its key, as it is: neither another table to look into nor anything to unpack.
    storage: ["alter column events set storage external", "set (toast_tuple_target = 8160)"],
    pack: encodeTimeline,
    unpack: decodeTimeline,
  }),
  rowPerContact<EngagementEvent[] | string>("one jsonb per contact", "timeline_json", {
    type: "jsonb",
    storage: [],
    pack: (events) => JSON.stringify(sortEvents(events)),
    unpack: (stored) => (typeof stored === "string" ? [] : stored),
  }),
  rowPerEvent,
];

/** Creates the layout's empty table. */
export async function createTable(db: Queryable, layout: Layout): Promise<void> {
  await db.query(`create table ${layout.table} (${layout.columns})`);
  for (const setting of layout.storage) await db.query(`alter table ${layout.table} ${setting}`);
}

/** Removes everything of these contacts, as a privacy deletion does. */
export async function forgetContacts(
  db: Queryable,
  layout: Layout,
  contacts: readonly string[],
): Promise<void> {
  await db.query(`delete from ${layout.table} where portal_id = $1 and contact_id = any($2)`, [
    PORTAL,
    contacts,
  ]);
}
