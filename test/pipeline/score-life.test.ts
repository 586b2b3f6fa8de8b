import { expect, test } from "vitest";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { resetRecord, undoReset } from "../../src/scores/reset-record.ts";
import { saveDraftEdit } from "../../src/scores/save-draft.ts";
import {
  clone,
  definitionOf,
  discard,
  remove,
  rename,
  requireScore,
  switchOff,
} from "../../src/scores/score-life.ts";
import { runShadow } from "../../src/scores/shadow.ts";
import { testRecord } from "../../src/scores/test-record.ts";
import { cancelRuns, pauseRuns, resumeRuns } from "../../src/store/run-control.ts";
import { listVersions } from "../../src/store/score-versions.ts";
import { reconcile } from "../../workers/reconcile/reconcile.ts";
import { define, TITLE, VISITS } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain, runStages } from "./work-through.ts";

const START = Date.parse("2026-10-01T09:00:00.000Z");
const TITLES = ["chief", "manager", "clerk"];

const records = TITLES.map((jobtitle, index) => ({
  ...{
    object: "contact",
    id: String(101 + index),
    properties: { jobtitle },
    lists: index === 0 ? ["7"] : [],
  },
  events: [{ id: "v1", type: "page_visited", occurredAt: new Date(START - 86_400_000).toISOString() }],
}));

function withChiefPoints(points: number) {
  const groups = TITLE.groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => (rule.id === "chief" ? { ...rule, points } : rule)),
  }));
  return define({ ...TITLE, groups });
}

function depsOf({ db, work, id }: ScoredPortal) {
  return { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
}

async function shown({ account }: ScoredPortal, name: string): Promise<(string | null | undefined)[]> {
  return [...(await account.values("contact"))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, values]) => values[name]);
}

test("an old version published again is a new one that gives the old values", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await portal.publish(TITLE);
  await portal.publish(withChiefPoints(90));
  expect(await shown(portal, "title_score")).toEqual(["90", "20", "0"]);
  const back = await publishScores(depsOf(portal), id, {
    names: ["Title"],
    by: "ann",
    note: "too high",
    version: 1,
  });
  await drain(work, id);
  expect(back.scores).toEqual([{ name: "Title", version: 3 }]);
  expect(await shown(portal, "title_score")).toEqual(["40", "20", "0"]);
  const score = await requireScore(db, id, "title");
  const versions = await listVersions(db, id, score.scoreId);
  expect(versions.map(({ version, publishedBy, note }) => [version, publishedBy, note])).toEqual([
    [3, "ann", "too high"],
    [2, "test", null],
    [1, "test", null],
  ]);
});

test("a stale edit is refused, naming who changed the score", async () => {
  await using portal = await openScoredPortal({ records: [] });
  const { db, id } = portal;
  const first = await db.transaction((tx) => saveDraftEdit(tx, id, { definition: TITLE, by: "ann" }));
  const edit = (by: string) => ({ definition: withChiefPoints(50), by, basedOn: first.revision });
  await db.transaction((tx) => saveDraftEdit(tx, id, edit("bob")));
  await expect(db.transaction((tx) => saveDraftEdit(tx, id, edit("eve")))).rejects.toThrow(
    /changed by bob .* since revision 1/,
  );
  expect((await definitionOf(db, id, await requireScore(db, id, "Title"))).groups[0]?.rules[0]).toMatchObject(
    { points: 50 },
  );
});

test("a reset counts engagement anew, a new version keeps it, and taking it back restores the value", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await portal.publish(VISITS, TITLE);
  const request = { name: "Visits", object: "contact", id: "101" };
  await resetRecord(db, id, request, work.clock.now());
  await drain(work, id);
  expect(await shown(portal, "visit_score")).toEqual(["0", "10", "10"]);
  expect((await shown(portal, "visit_score_reset_at")).map((value) => Boolean(value))).toEqual([
    true,
    false,
    false,
  ]);
  await portal.publish(define({ ...VISITS, property: { ...VISITS.property, description: "again" } }));
  expect(await shown(portal, "visit_score")).toEqual(["0", "10", "10"]);
  await undoReset(db, id, request);
  await drain(work, id);
  expect(await shown(portal, "visit_score")).toEqual(["10", "10", "10"]);
  expect((await shown(portal, "visit_score_reset_at")).map((value) => Boolean(value))).toEqual([
    false,
    false,
    false,
  ]);
  await expect(undoReset(db, id, request)).rejects.toThrow("was never reset");
  await expect(resetRecord(db, id, { ...request, name: "Title" }, 0)).rejects.toThrow(
    "only engagement can be reset",
  );
});

test("turned off, a score keeps its last values and follows nothing; published again it catches up", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work, account } = portal;
  await portal.publish(TITLE);
  await switchOff(db, id, "Title");
  await account.change("contact", "103", { jobtitle: "chief" });
  await portal.settle();
  expect(await shown(portal, "title_score")).toEqual(["40", "20", "0"]);
  const on = await publishScores(depsOf(portal), id, { names: ["Title"], by: "test" });
  expect(on.scores).toEqual([{ name: "Title", version: 2 }]);
  await drain(work, id);
  await expectRight(portal, TITLE);
  const again = publishScores(depsOf(portal), id, { names: ["Title"], by: "test" });
  await expect(again).rejects.toThrow('"Title" has no draft');
});

test("a deleted score takes its properties along only where asked, and nothing more is written to them", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, account } = portal;
  await portal.publish(TITLE, VISITS);
  await remove(depsOf(portal), id, { name: "Title", withProperties: true });
  await expect(account.ask("GET", "/crm/properties/2026-09/contacts/title_score")).rejects.toThrow();
  await remove(depsOf(portal), id, { name: "Visits", withProperties: false });
  expect(await account.ask("GET", "/crm/properties/2026-09/contacts/visit_score")).toMatchObject({
    name: "visit_score",
  });
  const before = await account.lastCall();
  await account.change("contact", "101", { jobtitle: "clerk" });
  await portal.settle();
  expect((await account.callsAfter(before)).filter(({ path }) => path.endsWith("/batch/update"))).toEqual([]);
  await expect(requireScore(db, id, "Title")).rejects.toThrow('no score named "Title"');
});

test("a clone has a name and properties of its own; a rename keeps values; a discarded draft is gone", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await portal.publish(TITLE);
  await clone(db, id, { name: "Title", newName: "Title B", by: "ann" });
  await publishScores(depsOf(portal), id, { names: ["Title B"], by: "ann" });
  await drain(work, id);
  expect(await shown(portal, "title_score_copy")).toEqual(["40", "20", "0"]);
  await rename(db, id, "Title B", "Second title");
  await expect(rename(db, id, "Second title", "TITLE")).rejects.toThrow("already a score");
  const test = { name: "second TITLE", object: "contact", id: "101", isDraft: false };
  expect(await testRecord(db, id, test, work.clock.now())).toMatchObject({ value: 40 });
  await db.transaction((tx) => saveDraftEdit(tx, id, { definition: withChiefPoints(1), by: "ann" }));
  await discard(db, id, "Title");
  expect((await requireScore(db, id, "Title")).draft).toBeNull();
});

test("a shadow run tells what publishing would change, and writes nothing", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work, account } = portal;
  await portal.publish(TITLE);
  const { scoreId } = await requireScore(db, id, "Title");
  const before = await account.lastCall();
  const definition = withChiefPoints(30);
  const { report, population, unread } = await runShadow(db, id, {
    scoreId,
    definition,
    at: work.clock.now(),
  });
  expect({ population, unread }).toEqual({ population: 3, unread: [] });
  expect(report).toMatchObject({ records: 3, inScope: 3, changedValues: 1, changedLabels: 1, writes: 1 });
  expect(report.labelMoves).toEqual([{ from: "High", to: "Low", records: 1 }]);
  expect(report.fallers).toEqual([{ id: "101", before: 40, after: 30 }]);
  expect(report.risers).toEqual([]);
  await drain(work, id);
  expect(await account.callsAfter(before)).toEqual([]);
  expect(
    (await runShadow(db, id, { scoreId, definition, at: work.clock.now(), sample: 2 })).report.records,
  ).toBe(2);
});

test("test a record: rules that missed show the value seen", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  const seen = await testRecord(
    portal.db,
    portal.id,
    { name: "Title", object: "contact", id: "103", isDraft: false },
    START,
  );
  expect(seen.missed).toEqual([
    { rule: "chief", seen: { jobtitle: "clerk" } },
    { rule: "manager", seen: { jobtitle: "clerk" } },
  ]);
});

test("a paused back-fill stands still, goes on where it was, and a cancelled one ends", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await db.transaction((tx) => saveDraftEdit(tx, id, { definition: TITLE, by: "ann" }));
  await publishScores(depsOf(portal), id, { names: ["Title"], by: "ann" });
  expect(await pauseRuns(db, id)).toBe(1);
  await runStages(work, id);
  expect(await shown(portal, "title_score")).toEqual([undefined, undefined, undefined]);
  expect(await resumeRuns(db, id)).toBe(1);
  await drain(work, id);
  expect(await shown(portal, "title_score")).toEqual(["40", "20", "0"]);
  await publishScores(depsOf(portal), id, { names: ["Title"], by: "ann", version: 1 });
  expect(await db.transaction((tx) => cancelRuns(tx, id))).toBe(1);
  expect(await resumeRuns(db, id)).toBe(0);
});

test("T44 a property that someone deletes in HubSpot is made again, and every value with it; a retyped one is named once", async () => {
  await using portal = await openScoredPortal({ records });
  const { account, logged } = portal;
  await portal.publish(TITLE);
  await account.ask("DELETE", "/crm/properties/2026-09/contacts/title_score");
  await account.change("contact", "103", { jobtitle: "manager" });
  await portal.settle();
  expect(await shown(portal, "title_score")).toEqual(["40", "20", "20"]);
  expect(logged.filter((line) => line.includes("have been made again"))).toHaveLength(1);
});

test("T76 the reconciler finds changes that no notification told, list members, and values edited in HubSpot", async () => {
  const scoped = define({ ...TITLE, records: { mode: "only", lists: ["7"] }, outOfScope: "clear" });
  await using portal = await openScoredPortal({ records });
  const { db, id, work, account } = portal;
  await portal.publish(scoped);
  expect(await shown(portal, "title_score")).toEqual(["40", undefined, undefined]);
  await account.ask("POST", "/__webhooks", {
    targetUrl: "http://127.0.0.1:9/",
    clientSecret: "x",
    subscriptions: [],
  });
  await account.change("contact", "101", { jobtitle: "manager" });
  await account.ask("PUT", "/crm/lists/2026-09/7/memberships/add", ["102"]);
  await reconcile(work, id);
  await drain(work, id);
  expect(await shown(portal, "title_score")).toEqual(["20", "20", undefined]);
  await account.ask("PUT", "/crm/lists/2026-09/7/memberships/remove", ["101"]);
  await account.change("contact", "102", { title_score: "99" });
  await db.query(
    "update pending_writes set written_at = written_at - interval '2 minutes' where portal_id = $1",
    [id],
  );
  await reconcile(work, id);
  await drain(work, id);
  expect((await shown(portal, "title_score")).map((value) => value || undefined)).toEqual([
    undefined,
    "20",
    undefined,
  ]);
});
