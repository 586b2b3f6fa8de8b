import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { TEMPLATE, withDatabase } from "./template.ts";

/** A migrated database of one test's own, dropped on disposal. */
export type TestDatabase = AsyncDisposable & { readonly url: string; readonly db: Database };

/** Returns a new database on the run's server: a copy of the migrated one, or an empty one. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const serverUrl = inject("postgresUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await using server = openDatabase({ url: serverUrl, max: 1 });
  await server.query(`create database ${name} template ${empty ? "template0" : TEMPLATE} strategy file_copy`);
  const url = withDatabase(serverUrl, name);
  const db = openDatabase({ url });
  return {
    url,
    db,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      await using dropper = openDatabase({ url: serverUrl, max: 1 });
      await dropper.query(`drop database if exists ${name} with (force)`);
    },
  };
}
