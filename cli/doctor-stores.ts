import type { Config } from "../config/config.ts";
import { inspectRedis } from "../src/queue/redis.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { startEmbeddedPostgres } from "../src/store/embedded.ts";
import { inspectDatabase } from "../src/store/inspection.ts";
import { type Finding, fault, ok, warning, wordsOf } from "./doctor-finding.ts";
import { isProduction } from "./doctor-settings.ts";

const STATEMENT_MS = 10_000;

export type Store = AsyncDisposable & {
  /** Undefined where the database cannot be used: unreachable, or not migrated. */
  readonly db: Database | undefined;
  readonly findings: readonly Finding[];
};

async function openStore(config: Config, stack: AsyncDisposableStack): Promise<Database> {
  let url = config.databaseUrl;
  url ??= stack.use(await startEmbeddedPostgres({ dataDir: config.dataDir })).url;
  const options = { max: 2, applicationName: "scorekeeper doctor", statementTimeoutMs: STATEMENT_MS };
  return stack.use(openDatabase({ url, ...options }));
}

async function checkSchema(db: Database, where: string): Promise<Finding> {
  const { server, schema, newest } = await inspectDatabase(db);
  const text = `PostgreSQL ${server}, ${where}, schema ${schema} of ${newest}`;
  if (schema === newest) return ok("database", text);
  if (schema > newest)
    return fault(
      "database",
      `${text}: a newer release was here`,
      "run the release that migrated it, or a newer one",
    );
  return fault("database", text, "run `scorekeeper migrate`");
}

function cureOf(config: Config): string {
  return config.databaseUrl
    ? "check DATABASE_URL, and that the server runs and lets this user in"
    : "check that DATA_DIR can be written, or set DATABASE_URL";
}

/** Checks the database without changing it, and returns it while it can be used; disposing closes it. */
export async function checkDatabase(config: Config): Promise<Store> {
  await using stack = new AsyncDisposableStack();
  const where = config.databaseUrl ? "DATABASE_URL" : `embedded under ${config.dataDir}`;
  let db: Database | undefined;
  let finding: Finding;
  try {
    db = await openStore(config, stack);
    finding = await checkSchema(db, where);
  } catch (error) {
    finding = fault("database", wordsOf(error), cureOf(config));
  }
  const opened = stack.move();
  return {
    db: finding.status === "ok" ? db : undefined,
    findings: [finding],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function checkRedis(url: string, isInProduction: boolean): Promise<Finding[]> {
  const { maxmemoryPolicy, appendOnly } = await inspectRedis(url);
  const text = `Redis, maxmemory-policy ${maxmemoryPolicy}, append-only file ${appendOnly ? "on" : "off"}`;
  const found: Finding[] = [];
  if (maxmemoryPolicy !== "noeviction") {
    const say = isInProduction ? fault : warning;
    found.push(
      say("queue", `${text}: jobs may be evicted`, "set maxmemory-policy to noeviction on the server"),
    );
  }
  if (!appendOnly)
    found.push(
      warning(
        "queue",
        `${text}: jobs end with the server, until the sweeper makes them anew`,
        "set appendonly yes",
      ),
    );
  return found.length > 0 ? found : [ok("queue", text)];
}

/** Checks what holds the jobs. */
export async function checkQueue(config: Config): Promise<readonly Finding[]> {
  if (config.redisUrl) return checkRedis(config.redisUrl, isProduction(config));
  return [ok("queue", "in PostgreSQL; set REDIS_URL for more than a small machine's load")];
}
