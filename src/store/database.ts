import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

/** Something that runs SQL: a database, or a transaction within it. Rows are what the query selects, `int8` as text. */
export type Queryable = {
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
};

/** A pool of connections. `transaction` commits when the work returns and rolls back when it throws. */
export type Database = Queryable &
  AsyncDisposable & {
    /**
     * Runs the work in one transaction. A deadlock, a serialization failure or a lost connection undoes it and runs it
     * again, up to three times. So the work must have no effect outside the transaction, and doing it twice must be
     * harmless: a connection may be lost after the server has committed.
     */
    transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  };

export type DatabaseOptions = {
  readonly url: string;
  readonly max?: number;
  readonly applicationName?: string;
  readonly statementTimeoutMs?: number;
};

const RETRIES = 3;
const CONNECT_TIMEOUT_MS = 5_000;

/** Serialization failure, deadlock. */
const CONFLICTS = new Set(["40001", "40P01"]);
/** The server shuts down, crashed, or is starting; and the network's ways to say that it is not there. */
const UNAVAILABLE = new Set([
  ...["57P01", "57P02", "57P03", "57P05", "53300", "08000", "08001", "08003", "08004", "08006"],
  ...[
    "ECONNREFUSED",
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
  ],
]);
const UNAVAILABLE_TEXT =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable/;

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Tells whether an error says that the database can not be reached, rather than that the query is at fault. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  return UNAVAILABLE.has(codeOf(error)) || UNAVAILABLE_TEXT.test(error.message);
}

/** Tells whether an error says that the data itself cannot be stored (SQLSTATE class 22), whenever it is tried. */
export function isBadData(error: unknown): boolean {
  return /^22[0-9A-Z]{3}$/.test(codeOf(error));
}

function isWorthAnotherTry(error: unknown): boolean {
  return CONFLICTS.has(codeOf(error)) || isUnavailable(error);
}

/** The name in the URL tells whose process a connection is (the embedded server looks at it), so it stays in front. */
function applicationNameOf({ url, applicationName = "scorekeeper" }: DatabaseOptions): string {
  const process = URL.canParse(url) ? new URL(url).searchParams.get("application_name") : null;
  return process ? `${process}/${applicationName}` : applicationName;
}

function withoutName(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.searchParams.delete("application_name");
  return parsed.toString();
}

function createPool(options: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: withoutName(options.url),
    application_name: applicationNameOf(options),
    max: options.max ?? 10,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 30_000,
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
  });
  // An idle connection that breaks is replaced by the pool; the next query tells whoever needs the database.
  pool.on("error", () => undefined);
  // The pool listens to idle connections alone; one that breaks while in use tells so by its query.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

async function run<Row>(
  client: pg.Pool | pg.PoolClient,
  sql: string,
  values?: readonly unknown[],
): Promise<Row[]> {
  const result = await client.query(sql, values ? [...values] : undefined);
  return result.rows;
}

async function runTransaction<T>(pool: pg.Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: unknown;
  try {
    await client.query("begin");
    const result = await work({ query: (sql, values) => run(client, sql, values) });
    await client.query("commit");
    return result;
  } catch (error) {
    failure = error;
    await client.query("rollback").catch((rollbackError: unknown) => {
      failure = isUnavailable(error) ? error : rollbackError;
    });
    throw error;
  } finally {
    client.release(failure !== undefined && isUnavailable(failure));
  }
}

async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt();
    } catch (error) {
      if (retry >= RETRIES || !isWorthAnotherTry(error)) throw error;
      await delay(50 * 4 ** retry * (0.5 + Math.random() / 2));
    }
  }
}

/** Returns a database over a pool of at most `max` (10) connections; it connects when it is first used. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = createPool(options);
  let closing: Promise<void> | undefined;
  return {
    query: (sql, values) => run(pool, sql, values),
    transaction: (work) => withRetries(() => runTransaction(pool, work)),
    [Symbol.asyncDispose]() {
      closing ??= pool.end();
      return closing;
    },
  };
}
