import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Installation, startInstallation } from "./installation.ts";

vi.setConfig({ testTimeout: 120_000 });

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
}, 120_000);
afterAll(() => installation[Symbol.asyncDispose]());

const PORTAL = 9999;

function titleChange(id: string, title: string, difference: object = {}): object {
  return {
    ...{ eventId: 4711, subscriptionId: 1, portalId: PORTAL, appId: 77, occurredAt: Date.now() },
    ...{ subscriptionType: "contact.propertyChange", attemptNumber: 0, objectId: Number(id) },
    ...{ propertyName: "jobtitle", propertyValue: title, changeSource: "CRM_UI", ...difference },
  };
}

async function untilHeld(id: string, value: string): Promise<void> {
  await vi.waitFor(() => expect(installation.held(id, "title_score")).toBe(value), {
    timeout: 30_000,
    interval: 50,
  });
}

async function untilIdle(): Promise<void> {
  await vi.waitFor(
    async () => {
      const [row] = await installation.database.db.query<{ open: number }>(
        `select ((select count(*) from inbox where state = 'new') + (select count(*) from dirty_marks)
           + (select count(*) from pending_reads) + (select count(*) from pending_writes where pending))::int as open`,
      );
      expect(row?.open).toBe(0);
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function storedState(): Promise<unknown> {
  const tables = ["inbox", "seen_notifications", "records", "record_scores", "score_history"];
  const open = ["pending_writes", "pending_reads", "dirty_marks"];
  const states = [];
  for (const table of [...tables, ...open]) {
    states.push(await installation.database.db.query(`select t::text as row from ${table} t order by 1`));
  }
  return states;
}

async function newestId(): Promise<string> {
  const [row] = await installation.database.db.query<{ id: string }>("select max(inbox_id) as id from inbox");
  return row?.id ?? "";
}

async function trigger(id: string, title: string): Promise<string> {
  const set = ["--set", "propertyName=jobtitle", "--set", `propertyValue=${title}`];
  const { status, stdout, stderr } = await installation.run(
    ...["webhook", "trigger", "contact.propertyChange", "--object", id, ...set],
  );
  expect(stderr).toBe("");
  expect(stdout).toBe("contact.propertyChange: 200, stored\n");
  expect(status).toBe(0);
  return newestId();
}

test("a triggered notification is scored, listed and shown", async () => {
  const id = await trigger("1", "VP Sales");
  await untilHeld("1", "50");
  await untilIdle();
  const [listed] = await installation.lines("webhook", "list");
  expect(listed).toMatchObject({ id, state: "done", faults: 0, types: { "contact.propertyChange": 1 } });
  const [shown] = await installation.lines("webhook", "show", id);
  expect(shown).toMatchObject({
    id,
    faults: [],
    body: [{ objectId: 1, propertyName: "jobtitle", propertyValue: "VP Sales", appId: 77, portalId: PORTAL }],
  });
  const table = await installation.run("webhook", "list");
  expect(table.stdout).toMatch(/^ID +RECEIVED +STATE/);
  expect(table.stdout).toContain("1 contact.propertyChange");
});

test("the generic form is understood too, and a merge", async () => {
  const set = ["--set", "propertyName=jobtitle", "--set", "propertyValue=Chief of Staff"];
  await installation.lines("webhook", "trigger", "object.propertyChange", "--object", "2", ...set);
  await untilHeld("2", "80");
  const merge = ["--set", "mergedObjectIds=90,91", "--object", "2"];
  expect(await installation.lines("webhook", "trigger", "contact.merge", ...merge)).toEqual([
    { type: "contact.merge", status: 200, stored: 1 },
  ]);
  await untilIdle();
});

test("T77 a replay never writes to HubSpot unless --write", async () => {
  const id = await trigger("1", "VP Sales");
  await untilIdle();
  const { db } = installation.database;
  await db.query(
    `update records set properties = properties || '{"jobtitle": "Engineer"}', changed = '{"jobtitle": 0}' where record_id = '1'`,
  );
  const events = [titleChange("3", "Chief Executive"), titleChange("404", "VP")];
  const file = installation.file("events.json", JSON.stringify(events));
  const before = { calls: await installation.calls(), state: await storedState() };

  const change = { object: "contact", score: "Title", before: { value: 0, threshold: "Low" } };
  const after = { value: 80, threshold: "High" };
  expect(await installation.lines("webhook", "replay", "--file", file)).toEqual([
    { ...change, id: "3", after },
    {
      ...{ written: false, deliveries: 1, notifications: 2, faults: 0, refused: 0, scored: 1, failed: 0 },
      ...{ changed: 1, writes: 1, reads: 1 },
    },
  ]);
  const [, mixed] = await installation.lines(
    "webhook",
    "replay",
    "--file",
    file,
    "--times",
    "3",
    "--shuffle",
  );
  expect(mixed).toMatchObject({ deliveries: 3, notifications: 6, changed: 1, writes: 1 });
  const words = await installation.run("webhook", "replay", id);
  expect(words.stdout).toContain("nothing was stored or written");
  expect(words.stdout).toContain("1 deliveries with 1 notifications: 1 records scored");
  await installation.lines("webhook", "replay", "--since", "2020-01-01", "--shuffle");
  expect(await storedState()).toEqual(before.state);
  expect(await installation.calls()).toEqual(before.calls);
  expect(installation.held("3", "title_score")).toBe("0");

  expect(await installation.lines("webhook", "replay", "--file", file, "--write")).toEqual([
    { delivery: `${file}#1`, status: 200, stored: 1 },
  ]);
  await untilHeld("3", "80");
  expect(installation.held("3", "title_score_threshold")).toBe("High");
});

test("a replayed delivery is worked through again, and its row says which one it repeats", async () => {
  const id = await trigger("1", "Chief Engineer");
  await untilHeld("1", "80");
  await untilIdle();
  const { db } = installation.database;
  await db.query(
    `update records set properties = properties || '{"jobtitle": "Engineer"}', changed = '{"jobtitle": 0}' where record_id = '1'`,
  );
  const target = `${installation.env["PUBLIC_URL"]}/`;
  const more = ["--times", "3", "--shuffle", "--delay", "5", "--write", "--target", target];
  const answers = await installation.lines("webhook", "replay", id, ...more);
  expect(answers).toEqual(Array.from({ length: 3 }, () => ({ delivery: id, status: 200, stored: 1 })));
  await vi.waitFor(async () => {
    const rows = await db.query(
      "select 1 from records where record_id = '1' and properties ->> 'jobtitle' = 'Chief Engineer'",
    );
    expect(rows).toHaveLength(1);
  });
  const [newest] = await installation.lines("webhook", "list", "--limit", "1");
  expect(newest).toMatchObject({ replayedFrom: id });
  await untilIdle();
});

test("events that cannot be used are told with their place", async () => {
  const broken = titleChange("2", "VP", { occurredAt: "yesterday" });
  const content = [titleChange("2", "Engineer"), broken].map((event) => JSON.stringify(event)).join("\n");
  const file = installation.file("broken.ndjson", content);
  const [rehearsed] = (await installation.lines("webhook", "replay", "--file", file)).slice(-1);
  expect(rehearsed).toMatchObject({ notifications: 1, faults: 1 });
  await installation.lines("webhook", "replay", "--file", file, "--write");
  await untilIdle();
  const [failed] = await installation.lines("webhook", "list", "--failed");
  expect(failed).toMatchObject({ state: "failed", faults: 1 });
  const { stdout } = await installation.run("webhook", "show", String(failed?.["id"]));
  expect(stdout).toContain("event 2: not as HubSpot sends them: occurredAt");
});

const BAD_INPUT: readonly (readonly [readonly string[], string])[] = [
  [["replay", "1", "--failed"], "one of these ways"],
  [["replay", "12345678"], "has no delivery 12345678: `scorekeeper webhook list`"],
  [["replay", "--since", "yesterday"], "--since takes an ISO date"],
  [["replay", "--failed", "--times", "0"], "--times takes a whole number from 1"],
  [["replay", "--failed", "--target", "http://127.0.0.1:1"], "add --write"],
  [["replay", "--file", "missing.json"], "missing.json: cannot be read"],
  [["show", "first"], "first is no delivery's id"],
  [["trigger", "contact.creation", "--object", "1", "--portal", "5"], "portal 5 is not connected"],
];

test("bad input ends with status 2 and the cure", async () => {
  for (const [args, words] of BAD_INPUT) {
    const { status, stderr, stdout } = await installation.run("webhook", ...args);
    expect(stderr).toContain(words);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  }
});

test("an address where nothing answers is named, with the cure", async () => {
  const args = ["trigger", "contact.creation", "--object", "1", "--target", "http://127.0.0.1:1"];
  const { status, stderr } = await installation.run("webhook", ...args);
  expect(stderr).toContain("nothing answers at http://127.0.0.1:1/webhooks/hubspot");
  expect(status).toBe(1);
});
