import { vi } from "vitest";
import { type Database, openDatabase } from "../../src/store/database.ts";
import type { TestDatabase } from "../support/test-database.ts";

/** Catches whoever saves one record's rows: its transaction waits in the middle until the trap is cleared. */
export type Trap = AsyncDisposable & {
  set(table: "records" | "record_scores", recordId: string): Promise<void>;
  /** Lets all go on; the next one is caught only after `set`. */
  clear(): Promise<void>;
  untilCaught(): Promise<void>;
  /** Waits until somebody is caught (true) or something else has happened (false). */
  untilCaughtOr(hasHappened: () => Promise<boolean>): Promise<boolean>;
  /** Waits until the database has noticed that those caught are dead. */
  untilEmpty(): Promise<void>;
};

const LOCK = 60_060;
const WAIT = { timeout: 60_000, interval: 20 };

const FUNCTION = `create or replace function wait_in_trap() returns trigger language plpgsql as
  $$ begin perform pg_advisory_xact_lock(${LOCK}); return new; end $$`;

async function countCaught(db: Database): Promise<number> {
  const rows = await db.query(
    "select 1 from pg_locks where locktype = 'advisory' and objid = $1 and not granted",
    [LOCK],
  );
  return rows.length;
}

/** Takes the lock that the caught wait for, on a connection of its own. Returns what gives it back. */
async function holdLock(db: Database): Promise<() => Promise<void>> {
  const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = db.transaction(async (tx) => {
    await tx.query("select set_config('idle_in_transaction_session_timeout', '0', true)");
    await tx.query("select pg_advisory_xact_lock($1)", [LOCK]);
    held.resolve();
    await released.promise;
  });
  await held.promise;
  return () => {
    released.resolve();
    return holding;
  };
}

/** Prepares a trap in a database, whose later connections notice within 100 ms when who is caught has died. */
export async function startTrap({ url }: TestDatabase): Promise<Trap> {
  const db = openDatabase({ url, max: 3 });
  const name = new URL(url).pathname.slice(1);
  await db.query(`alter database "${name}" set client_connection_check_interval = 100`);
  await db.query(FUNCTION);
  let release: (() => Promise<void>) | undefined;
  const remove = async () => {
    for (const table of ["records", "record_scores"])
      await db.query(`drop trigger if exists trap on ${table}`);
  };
  const clear = async () => {
    await release?.();
    release = undefined;
    await remove();
  };
  return {
    clear,
    async set(table, recordId) {
      await clear();
      release = await holdLock(db);
      await db.query(
        `create trigger trap before insert or update on ${table} for each row
         when (new.record_id = '${recordId}') execute function wait_in_trap()`,
      );
    },
    untilCaught: () =>
      vi.waitFor(async () => {
        if ((await countCaught(db)) === 0) throw new Error("nobody is caught");
      }, WAIT),
    untilCaughtOr: (hasHappened) =>
      vi.waitFor(async () => {
        if ((await countCaught(db)) > 0) return true;
        if (await hasHappened()) return false;
        throw new Error("nobody is caught, and nothing else has happened");
      }, WAIT),
    untilEmpty: () =>
      vi.waitFor(async () => {
        if ((await countCaught(db)) > 0) throw new Error("somebody is caught");
      }, WAIT),
    async [Symbol.asyncDispose]() {
      await clear();
      await db[Symbol.asyncDispose]();
    },
  };
}
