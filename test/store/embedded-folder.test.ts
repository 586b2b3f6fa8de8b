import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { startEmbeddedPostgres } from "../../src/store/embedded.ts";
import { prepareFolder } from "../../src/store/embedded-folder.ts";
import { leftOut } from "../support/left-out.ts";
import { createFolder } from "./embedded-children.ts";

if (process.getuid?.() !== 0)
  leftOut("what the embedded server does for root (the tests run as another user)");

const testAsRoot = process.getuid?.() === 0 ? test : () => undefined;

testAsRoot("as root the server runs as an ordinary user, also below a folder closed to others", async () => {
  using folder = createFolder();
  chmodSync(folder.path, 0o700);
  const dataDir = join(folder.path, "clone", ".data");
  const server = await startEmbeddedPostgres({ dataDir });
  const elsewhere = readFileSync(join(dataDir, "postgres-folder"), "utf8").trim();
  expect(statSync(`/proc/${server.pid}`).uid).toBe(65_534);
  {
    await using db = openDatabase({ url: server.url });
    await db.query("create table kept as select 7 as seven");
  }
  await server[Symbol.asyncDispose]();
  const again = await startEmbeddedPostgres({ dataDir });
  {
    await using db = openDatabase({ url: again.url });
    expect(await db.query("select seven from kept")).toEqual([{ seven: 7 }]);
  }
  await again[Symbol.asyncDispose]();
  rmSync(elsewhere, { recursive: true });
});

testAsRoot("as root a database that the server's user can no longer reach is refused, not replaced", () => {
  using folder = createFolder();
  const dataDir = join(folder.path, ".data");
  mkdirSync(dataDir);
  prepareFolder(dataDir);
  chmodSync(folder.path, 0o700);
  expect(() => prepareFolder(dataDir)).toThrow("can no longer reach");
});

test("the server's folder is closed to everyone else", () => {
  using folder = createFolder();
  const place = prepareFolder(join(folder.path, ".data"));
  expect(statSync(place.folder).mode & 0o777).toBe(0o700);
  expect(existsSync(place.data)).toBe(false);
});
