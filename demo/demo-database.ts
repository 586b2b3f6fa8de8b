import { randomBytes } from "node:crypto";
import { openDatabase } from "../src/store/database.ts";
import { startEmbeddedPostgres } from "../src/store/embedded.ts";

export type DemoDatabase = AsyncDisposable & { readonly url: string };

/** A new, empty database on the embedded server under the folder, dropped on disposal; those of ended demos go too. */
export async function createDemoDatabase(dataDir: string): Promise<DemoDatabase> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startEmbeddedPostgres({ dataDir }));
  const admin = stack.use(openDatabase({ url: server.url, max: 1 }));
  const name = `demo_${randomBytes(6).toString("hex")}`;
  const left = await admin.query<{ name: string }>(
    `select datname as name from pg_database d where datname like 'demo\\_%'
     and not exists (select 1 from pg_stat_activity a where a.datname = d.datname)`,
  );
  // Names of databases cannot be parameters; these are our own, letters and digits.
  for (const old of left) await admin.query(`drop database if exists ${old.name}`);
  await admin.query(`create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const opened = stack.move();
  return {
    url: url.toString(),
    async [Symbol.asyncDispose]() {
      await admin.query(`drop database if exists ${name} with (force)`).catch(() => undefined);
      await opened.disposeAsync();
    },
  };
}
