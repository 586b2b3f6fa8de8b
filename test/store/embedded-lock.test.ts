import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataDirLockedError, lockDataDir, waitForLock } from "../../src/store/embedded-lock.ts";
import { identifySelf } from "../../src/store/embedded-process.ts";
import { createFolder, startChild } from "./embedded-children.ts";

test("T71 a second server on the folder is refused at once, naming the process", async () => {
  using folder = createFolder();
  using _mine = lockDataDir(folder.path, "all");
  using second = startChild(folder.path, "web");
  const { error } = await second.next();
  expect(error).toContain(`Process ${process.pid} already runs as web`);
  expect(() => lockDataDir(folder.path, "worker")).toThrow(DataDirLockedError);
});

test("two roles share a folder, and a role is free again once let go", () => {
  using folder = createFolder();
  using _web = lockDataDir(folder.path, "web");
  lockDataDir(folder.path, "worker")[Symbol.dispose]();
  using _worker = lockDataDir(folder.path, "worker");
  expect(() => lockDataDir(folder.path, "all")).toThrow("already runs as web");
});

test("T71 the lock of a killed process is taken over, by one process only", async () => {
  using folder = createFolder();
  using child = startChild(folder.path, "all");
  await child.next();
  child.process.kill("SIGKILL");
  await once(child.process, "exit");
  using first = startChild(folder.path, "all");
  using second = startChild(folder.path, "all");
  const answers = await Promise.all([first.next(), second.next()]);
  const refused = answers.filter((answer) => answer.error !== undefined);
  expect(refused).toHaveLength(1);
  expect(refused[0]?.error).toContain("already runs as");
  const winner = answers[0]?.error === undefined ? first : second;
  expect(await winner.ask("stop")).toEqual({ stopped: true });
});

test("a process id that was used again does not count as the holder", () => {
  using folder = createFolder();
  const path = join(folder.path, "web.lock");
  writeFileSync(path, JSON.stringify({ ...identifySelf(), token: "old", started: "an earlier boot" }));
  using _web = lockDataDir(folder.path, "web");
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject(identifySelf());
});

test("waiting for a lock ends when it is let go, and in time when it is not", async () => {
  using folder = createFolder();
  const path = join(folder.path, "turn.lock");
  const first = await waitForLock(path, 1_000);
  await expect(waitForLock(path, 60)).rejects.toThrow(`Process ${process.pid} has held`);
  const second = waitForLock(path, 5_000);
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  expect(existsSync(path)).toBe(false);
});
