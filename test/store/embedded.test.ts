import { once } from "node:events";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { startEmbeddedPostgres } from "../../src/store/embedded.ts";
import { identifyProcess } from "../../src/store/embedded-process.ts";
import { createFolder, startChild } from "./embedded-children.ts";

const WAIT = { timeout: 20_000, interval: 20 };

test("the server keeps what was committed over a clean stop and a start", async () => {
  using folder = createFolder();
  const first = await startEmbeddedPostgres({ dataDir: folder.path });
  {
    await using db = openDatabase({ url: first.url });
    await db.query("create table kept as select 7 as seven");
    expect(await db.query("show fsync")).toEqual([{ fsync: "on" }]);
    expect(await db.query("show synchronous_commit")).toEqual([{ synchronous_commit: "on" }]);
  }
  await first[Symbol.asyncDispose]();
  expect(identifyProcess(first.pid)).toBeUndefined();
  await using second = await startEmbeddedPostgres({ dataDir: folder.path });
  await using db = openDatabase({ url: second.url });
  expect(await db.query("select seven from kept")).toEqual([{ seven: 7 }]);
  expect(second.pid).not.toBe(first.pid);
});

test("only the folder's user can connect", async () => {
  using folder = createFolder();
  await using server = await startEmbeddedPostgres({ dataDir: folder.path });
  const url = new URL(server.url);
  url.password = "guess";
  await using stranger = openDatabase({ url: url.toString() });
  await expect(stranger.query("select 1")).rejects.toMatchObject({ code: "28P01" });
});

test("T71 processes that start at once share one server, and the last one connected stops it", async () => {
  using folder = createFolder();
  using first = startChild(folder.path);
  using second = startChild(folder.path);
  const [one, two] = await Promise.all([first.next(), second.next()]);
  expect(one.error ?? two.error).toBeUndefined();
  expect(one.pid).toBe(two.pid);
  expect([one.owned, two.owned].toSorted()).toEqual([false, true]);
  const [owner, guest] = one.owned ? [first, second] : [second, first];
  expect(await owner.ask("stop")).toEqual({ stopped: true });
  expect(identifyProcess(one.pid ?? 0)).toBeDefined();
  expect(await guest.ask("select 1 as one")).toEqual({ rows: [{ one: 1 }] });
  expect(await guest.ask("stop")).toEqual({ stopped: true });
  expect(identifyProcess(one.pid ?? 0)).toBeUndefined();
});

test("a process that joined never stops the owner's server", async () => {
  using folder = createFolder();
  await using owner = await startEmbeddedPostgres({ dataDir: folder.path });
  using guest = startChild(folder.path);
  expect(await guest.next()).toMatchObject({ pid: owner.pid, owned: false });
  expect(await guest.ask("stop")).toEqual({ stopped: true });
  await using db = openDatabase({ url: owner.url });
  expect(await db.query("select 1 as one")).toEqual([{ one: 1 }]);
});

test("T71 after kill -9 of the process the server is taken over with the last commit", async () => {
  using folder = createFolder();
  using child = startChild(folder.path, "all");
  const { pid } = await child.next();
  await child.ask("create table events as select 'last' as event");
  child.process.kill("SIGKILL");
  await once(child.process, "exit");
  using next = startChild(folder.path, "all");
  expect(await next.next()).toMatchObject({ pid, owned: true });
  expect(await next.ask("select event from events")).toEqual({ rows: [{ event: "last" }] });
  expect(await next.ask("stop")).toEqual({ stopped: true });
});

test("T71 after kill -9 of both the database opens with the last commit", async () => {
  using folder = createFolder();
  using child = startChild(folder.path);
  const { pid = 0 } = await child.next();
  await child.ask("create table events as select 'last' as event");
  child.process.kill("SIGKILL");
  process.kill(pid, "SIGKILL");
  await vi.waitFor(() => expect(identifyProcess(pid)).toBeUndefined(), WAIT);
  await using server = await startEmbeddedPostgres({ dataDir: folder.path });
  await using db = openDatabase({ url: server.url });
  expect(await db.query("select event from events")).toEqual([{ event: "last" }]);
});

test("T69 a server that is killed is started again on the same port", async () => {
  using folder = createFolder();
  const messages: string[] = [];
  await using server = await startEmbeddedPostgres({
    dataDir: folder.path,
    onLog: (message) => messages.push(message),
  });
  await using db = openDatabase({ url: server.url });
  await db.query("create table events as select 'last' as event");
  process.kill(server.pid, "SIGKILL");
  await vi.waitFor(() => expect(messages).toEqual([expect.stringContaining("SIGKILL")]), WAIT);
  await vi.waitFor(
    async () => expect(await db.query("select event from events")).toEqual([{ event: "last" }]),
    WAIT,
  );
});

test("a pid file left behind whose process id another program has now is not believed", async () => {
  using folder = createFolder();
  const first = await startEmbeddedPostgres({ dataDir: folder.path });
  const pidFile = join(folder.path, "postgres/data/postmaster.pid");
  const lines = readFileSync(pidFile, "utf8").split("\n");
  await first[Symbol.asyncDispose]();
  writeFileSync(pidFile, [process.ppid, ...lines.slice(1)].join("\n"));
  await using second = await startEmbeddedPostgres({ dataDir: folder.path });
  expect(second.pid).not.toBe(process.ppid);
});

test("a cluster whose making was cut short is made anew", async () => {
  using folder = createFolder();
  const first = await startEmbeddedPostgres({ dataDir: folder.path });
  await first[Symbol.asyncDispose]();
  renameSync(join(folder.path, "postgres/data"), join(folder.path, "postgres/data.new"));
  rmSync(join(folder.path, "postgres/data.new/global/pg_control"), { force: true });
  await using second = await startEmbeddedPostgres({ dataDir: folder.path });
  await using db = openDatabase({ url: second.url });
  expect(await db.query("select 1 as one")).toEqual([{ one: 1 }]);
});
