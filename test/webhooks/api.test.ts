import { afterAll, beforeAll, expect, test } from "vitest";
import { readBackfills } from "../../src/scores/backfill-progress.ts";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { revokeApiKey } from "../../src/store/api-keys.ts";
import type { Database } from "../../src/store/database.ts";
import { savePortal } from "../../src/store/portals.ts";
import { pauseRuns, resumeRuns } from "../../src/store/run-control.ts";
import { findScore, saveDraft, setReasons } from "../../src/store/scores.ts";
import { createApiRoute } from "../../webhooks/api/api-route.ts";
import { TITLE, VISITS } from "../pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { drain } from "../pipeline/work-through.ts";
import { type ApiServer, keyFor, PUBLIC_URL, startApi } from "./api-server.ts";
import { startOwnEvents } from "./own-events-server.ts";

const OTHER = "31";

let portal: ScoredPortal;
let server: ApiServer;

beforeAll(async () => {
  portal = await openScoredPortal({
    records: [
      { object: "contact", id: "101", properties: { jobtitle: "chief" } },
      { object: "contact", id: "102", properties: { jobtitle: "clerk" } },
    ],
  });
  await portal.publish(VISITS, TITLE);
  server = await startApi({ db: portal.db, log: portal.work.log }, await keyFor(portal.db, portal.id));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

test("scores are told with version, draft, properties and their newest back-fill", async () => {
  const { db, id } = portal;
  await saveDraft(db, id, { ...TITLE, name: "Planned/later" });
  await saveDraft(db, id, VISITS);
  await setReasons(db, id, (await findScore(db, id, "Title"))?.scoreId ?? 0, true);
  const { status, headers, body } = await server.get("/api/scores");
  expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
  const done = { state: "done", done: 2, total: 2, etaMs: null, error: null };
  expect(body).toMatchObject({
    scores: [
      {
        ...{ name: "Planned/later", status: "draft", version: null, nextVersion: null, hasDraft: true },
        ...{ properties: [], backfill: null },
      },
      {
        ...{ name: "Title", object: "contact", status: "on", version: 1, nextVersion: null, hasDraft: false },
        properties: expect.arrayContaining(["title_score", "title_score_reasons", "title_score_version"]),
        backfill: { ...done, step: { doing: "scoring contacts" } },
      },
      { name: "Visits", hasDraft: true, properties: ["visit_score", "visit_score_reset_at"], backfill: done },
    ],
  });
});

test("a back-fill is told as the command line tells it, with its step while it is paused too", async () => {
  const { db, id, work } = portal;
  const deps = { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
  await publishScores(deps, id, { names: ["Visits"], by: "test", version: 1 });
  await db.query(
    `update backfill_runs set steps = '[{"kind":"associations","object":"company","toObject":"contact"},{"kind":"score","object":"contact"}]', done = 7
     where state = 'reading'`,
  );
  await pauseRuns(db, id);
  const { body } = await server.get("/api/backfills");
  expect(body).toEqual({ backfills: await readBackfills(db, id) });
  const names = [
    { name: "Title", version: 1 },
    { name: "Visits", version: 2 },
  ];
  expect(body).toMatchObject({
    backfills: [
      {
        ...{ object: "contact", scores: names, state: "paused", done: 7, total: null, finishedAt: null },
        step: { number: 1, of: 2, doing: "reading which contacts belong to companies" },
      },
      { state: "done", scores: [{ name: "Title" }, { name: "Visits", version: 1 }] },
    ],
  });
  expect((await server.get("/api/backfills/VISITS")).body).toMatchObject({
    ...{ score: "Visits", backfill: { state: "paused" } },
  });
  expect((await server.get("/api/scores")).body).toMatchObject({
    scores: [{}, {}, { name: "Visits", version: 1, nextVersion: 2, backfill: { state: "paused" } }],
  });
  await resumeRuns(db, id);
  await drain(work, id);
  expect((await server.get("/api/backfills/visits")).body).toMatchObject({
    backfill: { state: "done", done: 2, total: 2, finishedAt: expect.any(String) },
  });
  const draft = `/api/backfills/${encodeURIComponent("Planned/later")}`;
  expect((await server.get(draft)).body).toEqual({ score: "Planned/later", backfill: null });
});

test("the document names every path that is served, and no other", async () => {
  const { db, work } = portal;
  const { stack } = createApiRoute({ db, log: work.log, publicUrl: PUBLIC_URL });
  const served = stack.flatMap(({ route }) => (route ? [route.path.replaceAll(/:(\w+)/g, "{$1}")] : []));
  expect(Object.keys(server.document.paths)).toEqual(served);
  expect(served).toHaveLength(5);
  expect(server.document.servers).toEqual([{ url: PUBLIC_URL }]);
  for (const [path, { get }] of Object.entries(server.document.paths)) {
    const { status } = await server.get(path.replace("{score}", "Title"), "");
    expect([path, status]).toEqual([path, get.security ? 200 : 401]);
    expect((await server.get(path.replace("{score}", "Title"))).status).toBe(200);
  }
});

test("who has no key in force, or one for something else, is refused with the cure", async () => {
  const { db, id } = portal;
  const other = await keyFor(db, id);
  const wrong = ["nonsense", `${other.slice(0, -1)}_`, other.replace(id, "1")];
  await revokeApiKey(db, id, other.split("_")[2] ?? "");
  for (const key of ["", other, ...wrong]) {
    const { status, headers, body } = await server.get("/api/scores", key);
    expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(body).toMatchObject({ type: "about:blank", title: "Unauthorized", status: 401, code: "BAD_KEY" });
  }
  const forEvents = await server.get("/api/backfills", await keyFor(db, id, "events"));
  expect([forEvents.status, forEvents.body]).toMatchObject([
    403,
    { code: "MISSING_SCOPE", detail: expect.stringContaining("portal key create --name … --for api") },
  ]);
  await using events = await startOwnEvents(portal);
  const sent = await events.send([], { key: await keyFor(db, id) });
  expect([sent.status, sent.body]).toMatchObject([
    403,
    { code: "MISSING_SCOPE", detail: expect.stringContaining("--for events") },
  ]);
});

test("a key opens its own account alone, at its own rate, while that is connected", async () => {
  const { db } = portal;
  await savePortal(db, OTHER, "UTC");
  const key = await keyFor(db, OTHER);
  expect((await server.get("/api/scores", key)).body).toEqual({ scores: [] });
  expect((await server.get("/api/backfills", key)).body).toEqual({ backfills: [] });
  expect((await server.get("/api/backfills/Title", key)).status).toBe(404);
  await db.query(
    "update api_keys set allowance = 0, allowance_at = clock_timestamp() + interval '1 h' where portal_id = $1",
    [OTHER],
  );
  const late = await server.get("/api/scores", key);
  expect([late.status, late.headers.get("retry-after")]).toEqual([429, "1"]);
  await db.query("update portals set status = 'uninstalled' where portal_id = $1", [OTHER]);
  expect(await server.get("/api/scores", key)).toMatchObject({
    status: 403,
    body: { code: "NOT_CONNECTED" },
  });
});

test("unknown scores and paths, other methods and unreadable paths are refused as problems that nobody keeps", async () => {
  const unknown = await server.get("/api/backfills/Nothing");
  expect([unknown.status, unknown.body]).toMatchObject([404, { code: "UNKNOWN_SCORE" }]);
  expect(await server.get("/api/backfills/Tit%00le")).toMatchObject({ status: 404, body: unknown.body });
  const refusals: [string, string, number][] = [
    ...[
      ["GET", "/api"],
      ["GET", "/api/users"],
      ["POST", "/api/scores/1/2"],
    ].map(([method = "", path = ""]): [string, string, number] => [method, path, 404]),
    ["POST", "/api/scores", 405],
    ["DELETE", "/api/backfills/Title", 405],
    ["OPTIONS", "/api/openapi.json", 405],
    ["PUT", "/api/schema/score.json", 405],
    ["GET", "/api/backfills/%E0%A4%A", 400],
  ];
  for (const [method, path, status] of refusals) {
    const answer = await fetch(server.origin + path, { method });
    expect([method, path, answer.status]).toEqual([method, path, status]);
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("allow")).toBe(status === 405 ? "GET, HEAD" : null);
    expect(await answer.json()).toMatchObject({ type: "about:blank", status, title: expect.any(String) });
  }
  const head = await fetch(`${server.origin}/api/openapi.json`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("an answer that cannot be read is 503, without the reason, and logged", async () => {
  const logged: object[] = [];
  const log = { warn: () => undefined, error: (fields: object) => void logged.push(fields) };
  const away = () => Promise.reject(new Error("no database"));
  const db: Database = { query: away, transaction: away, [Symbol.asyncDispose]: async () => undefined };
  await using broken = await startApi({ db, log }, await keyFor(portal.db, portal.id));
  const { status, headers, body } = await broken.get("/api/scores");
  expect([status, headers.get("retry-after"), headers.get("cache-control")]).toEqual([503, "5", "no-store"]);
  expect(JSON.stringify(body)).not.toContain("no database");
  expect(logged).toMatchObject([{ message: "no database" }]);
});
