import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database, Queryable } from "./database.ts";

/** One step of the schema: `sql` leads from the version before it to `version`. */
export type Migration = { readonly version: number; readonly name: string; readonly sql: string };

/** Thrown when the database was migrated by a newer release than this one. */
class SchemaTooNewError extends Error {
  readonly code = "schema_too_new";
  constructor(found: number, known: number) {
    super(
      `The database has schema version ${found}, this release of Scorekeeper knows versions up to ${known}: run the release that migrated it, or a newer one`,
    );
  }
}

/** Any number, the same in every process: whoever holds it migrates. */
const ADVISORY_LOCK = 7_265_637;
const FILE_NAME = /^(\d{3})-([a-z0-9-]+)\.sql$/;

/** Returns the migrations of a folder (this release's own by default) in order; throws when one is misnamed or missing. */
export function readMigrations(folder = join(import.meta.dirname, "migrations")): Migration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  return files.sort().map((file, index) => {
    const [, version, name] = FILE_NAME.exec(file) ?? [];
    if (!name || Number(version) !== index + 1)
      throw new Error(`Migration ${file} should be number ${index + 1}, named like 001-records.sql`);
    return { version: index + 1, name, sql: readFileSync(join(folder, file), "utf8") };
  });
}

async function readVersion(db: Queryable): Promise<number> {
  const rows = await db.query<{ version: number }>(
    "select coalesce(max(version), 0)::int as version from schema_migrations",
  );
  return rows[0]?.version ?? 0;
}

/** Applies the next migration, if there is one; returns it. The lock makes processes that start at once take turns. */
async function applyNext(db: Database, migrations: readonly Migration[]): Promise<Migration | undefined> {
  return db.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
    await tx.query(
      `create table if not exists schema_migrations (
         version int primary key, name text not null, applied_at timestamptz not null default now())`,
    );
    const current = await readVersion(tx);
    if (current > migrations.length) throw new SchemaTooNewError(current, migrations.length);
    const next = migrations[current];
    if (!next) return undefined;
    await tx.query(next.sql);
    await tx.query("insert into schema_migrations (version, name) values ($1, $2)", [
      next.version,
      next.name,
    ]);
    return next;
  });
}

/**
 * Brings the database to this release's schema, each step in a transaction of its own, and returns the steps applied
 * now. Throws SchemaTooNewError when a newer release was here before.
 */
export async function migrate(
  db: Database,
  migrations: readonly Migration[] = readMigrations(),
): Promise<Migration[]> {
  const applied: Migration[] = [];
  for (let step = await applyNext(db, migrations); step; step = await applyNext(db, migrations))
    applied.push(step);
  return applied;
}
