import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { openDatabase } from "../../src/store/database.ts";
import { startEmbeddedPostgres } from "../../src/store/embedded.ts";
import { migrate } from "../../src/store/migrate.ts";
import { TEMPLATE, withDatabase } from "./template.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** URL of the run's own PostgreSQL server. */
    postgresUrl: string;
    /** File that collects what was left out; empty where nobody reads it. */
    leftOutFile: string;
  }
}

async function createTemplate(url: string): Promise<void> {
  await using server = openDatabase({ url, max: 1 });
  await server.query(`create database ${TEMPLATE}`);
  await using template = openDatabase({ url: withDatabase(url, TEMPLATE), max: 1 });
  await migrate(template);
}

/** Starts one server for the whole run, with a migrated database that test databases are cloned from. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-postgres-"));
  chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    settings: ["fsync=off", "max_connections=300"],
  });
  await createTemplate(postgres.url);
  project.provide("postgresUrl", postgres.url);
  project.provide("leftOutFile", process.env["LEFT_OUT_FILE"] ?? "");
  return async () => {
    await postgres[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
}
