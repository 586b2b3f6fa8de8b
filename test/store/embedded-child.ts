// A process of its own for the tests of the embedded server: starts or joins it, says so, and obeys lines on its input.
import { createInterface } from "node:readline";
import { openDatabase } from "../../src/store/database.ts";
import { startEmbeddedPostgres } from "../../src/store/embedded.ts";
import { lockDataDir } from "../../src/store/embedded-lock.ts";

const [dataDir = "", role] = process.argv.slice(2);

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

try {
  if (role === "web" || role === "worker" || role === "all") lockDataDir(dataDir, role);
  const postgres = await startEmbeddedPostgres({ dataDir });
  const db = openDatabase({ url: postgres.url });
  say({ ready: true, pid: postgres.pid, owned: postgres.owned, url: postgres.url });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "stop") break;
    say({ rows: await db.query(line) });
  }
  await db[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
  say({ stopped: true });
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
}
process.exit();
