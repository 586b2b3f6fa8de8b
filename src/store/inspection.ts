import type { Queryable } from "./database.ts";
import { readMigrations } from "./migrate.ts";

/** The server, and the schema's version in the database and in this release. */
export type DatabaseState = { readonly server: string; readonly schema: number; readonly newest: number };

/** Looks at the database without changing it; `schema` is 0 where nothing was ever migrated. */
export async function inspectDatabase(db: Queryable): Promise<DatabaseState> {
  const [row] = await db.query<{ server: string; migrated: boolean }>(
    `select current_setting('server_version') as server, to_regclass('schema_migrations') is not null as migrated`,
  );
  const rows = row?.migrated
    ? await db.query<{ version: number }>(
        "select coalesce(max(version), 0)::int as version from schema_migrations",
      )
    : [];
  return {
    server: row?.server ?? "",
    schema: rows[0]?.version ?? 0,
    newest: readMigrations().length,
  };
}

/** What goes wrong or stands still in one portal. */
export type Troubles = {
  readonly failedDeliveries: number;
  readonly refusedWrites: number;
  readonly failedScorings: number;
  /** Seconds that the oldest unprocessed delivery and the oldest due mark have waited; null where none does. */
  readonly inboxSeconds: number | null;
  readonly markSeconds: number | null;
};

/** What goes wrong or stands still in the portal. */
export async function findTroubles(db: Queryable, portal: string): Promise<Troubles> {
  const [row] = await db.query<Troubles>(
    `select
       (select count(*) from inbox where portal_id = $1 and state = 'failed')::float8 as "failedDeliveries",
       (select count(*) from pending_writes where portal_id = $1 and refusal is not null)::float8 as "refusedWrites",
       (select count(*) from dirty_marks where portal_id = $1 and attempts > 0)::float8 as "failedScorings",
       (select extract(epoch from clock_timestamp() - min(stored_at)) from inbox
         where portal_id = $1 and state = 'new')::float8 as "inboxSeconds",
       (select extract(epoch from clock_timestamp() - min(due_at)) from dirty_marks
         where portal_id = $1 and due_at <= clock_timestamp())::float8 as "markSeconds"`,
    [portal],
  );
  if (!row) throw new Error("a look at the portal's work returned no row");
  return row;
}
