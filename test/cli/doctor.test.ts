import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Env, type Installation, runCommand, startInstallation } from "./installation.ts";

vi.setConfig({ testTimeout: 120_000 });

let installation: Installation;
const folder = mkdtempSync(join(tmpdir(), "scorekeeper-doctor-"));
beforeAll(async () => {
  installation = await startInstallation();
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await installation[Symbol.asyncDispose]();
});

async function examine(change: Env) {
  const { status, stdout, stderr } = await runCommand(folder, { ...installation.env, ...change }, [
    "doctor",
    "--json",
  ]);
  expect(stderr).toBe("");
  const findings: { [name: string]: string }[] = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const texts = (check: string) =>
    findings.filter((finding) => finding["check"] === check).map(({ status: is, text }) => `${is}: ${text}`);
  return { status, findings, texts };
}

test("a sound installation gets a tick for everything, in words too", async () => {
  const { status, findings, texts } = await examine({});
  expect(findings.filter((finding) => finding["status"] !== "ok")).toEqual([]);
  expect(status).toBe(0);
  expect(texts("database")).toEqual([
    expect.stringMatching(/^ok: PostgreSQL 18\S* DATABASE_URL, schema (\d+) of \1$/),
  ]);
  expect(texts("hubspot")).toEqual([expect.stringContaining("account 9999, time zone Europe/Amsterdam")]);
  expect(texts("scores")).toEqual(['ok: "Title" is on (contact, version 1)']);
  const words = await runCommand(folder, installation.env, ["doctor"]);
  expect(words.stdout.split("\n").filter((line) => line !== "" && !line.startsWith("✓ "))).toEqual([]);
});

test("every fault of the environment is told at once, and what could not be looked at", async () => {
  const { status, texts } = await examine({ PORT: "many", REDIS_URL: "nowhere", HUBSPOT_PORTAL_ID: "" });
  expect(status).toBe(1);
  expect(texts("environment")).toHaveLength(3);
  expect(texts("environment").join()).toMatch(
    /PORT must be a number.*REDIS_URL must be a redis.*HUBSPOT_PORTAL_ID is missing/s,
  );
  expect(texts("rest")).toEqual(["warning: not looked at: it needs a usable environment"]);
});

test("what is away is told with the cure, and the rest is looked at all the same", async () => {
  const { status, findings, texts } = await examine({
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing",
    REDIS_URL: "redis://127.0.0.1:1",
    HUBSPOT_ACCESS_TOKEN: "wrong",
  });
  expect(status).toBe(1);
  for (const check of ["database", "queue", "hubspot"]) {
    expect(texts(check)).toEqual([expect.stringMatching(/^fault: /)]);
    expect(findings.find((finding) => finding["check"] === check)?.["cure"]).toBeTruthy();
  }
  expect(texts("portals")).toEqual(["warning: not looked at: the database cannot be used"]);
  expect(texts("clock")).toEqual([expect.stringMatching(/^ok: /)]);
});

test("another account's token, missing settings and properties, a standstill and failures are told", async () => {
  await installation.stopService();
  const { db } = installation.database;
  const { url, token } = installation.emulator;
  const gone = `${url}/crm/properties/2026-09/contacts/title_score_threshold`;
  await fetch(gone, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
  await db.query(
    `insert into inbox (portal_id, received_at, signature_digest, body, event_count, state)
     values ('9999', 0, 'x', '[]', 1, 'failed')`,
  );
  await db.query("update portals set status = 'paused'");
  await db.query(
    `insert into dirty_marks (portal_id, object, record_id, priority, due_at)
     values ('9999', 'deal', '1', 0, now() - interval '1 hour')`,
  );
  const { status, texts } = await examine({ HUBSPOT_CLIENT_SECRET: "" });
  expect(status).toBe(1);
  expect(texts("environment")).toEqual([expect.stringContaining("fault: HUBSPOT_CLIENT_SECRET is missing")]);
  expect(texts("scores")).toEqual([
    'fault: "Title": the contact property title_score_threshold is missing in HubSpot',
  ]);
  expect(texts("failures")).toEqual([
    expect.stringContaining("1 deliveries hold events that could not be used"),
  ]);
  expect(texts("portals")).toEqual([expect.stringContaining("warning: portal 9999 is paused")]);
  expect(texts("backlog")).toEqual([expect.stringMatching(/^warning: .*the oldest for 36\d\d s$/)]);
  const other = await examine({ HUBSPOT_PORTAL_ID: "5" });
  expect(other.texts("hubspot")).toEqual([
    "fault: the token belongs to account 9999, HUBSPOT_PORTAL_ID is 5",
  ]);
});
