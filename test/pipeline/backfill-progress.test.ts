import { expect, test } from "vitest";
import { progressText, readBackfills } from "../../src/scores/backfill-progress.ts";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { saveDraftEdit } from "../../src/scores/save-draft.ts";
import { startRun } from "../../src/store/backfill-runs.ts";
import { cancelRuns, pauseRuns, resumeRuns } from "../../src/store/run-control.ts";
import { backfill } from "../../workers/backfill/backfill.ts";
import { score } from "../../workers/score.ts";
import { TITLE } from "./definitions.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { passTime } from "./work-through.ts";

const EMAIL = "canary@example.com";
const records = Array.from({ length: 700 }, (_, index) => ({
  ...{ object: "contact", id: String(101 + index), properties: { jobtitle: "chief", email: EMAIL } },
}));

/** Publishes the draft without working on it. */
async function publishOnly({ db, id, work }: ScoredPortal, version?: number): Promise<void> {
  if (version === undefined)
    await db.transaction((tx) => saveDraftEdit(tx, id, { definition: TITLE, by: "test" }));
  const deps = { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
  const again = version === undefined ? {} : { version };
  await publishScores(deps, id, { names: [TITLE.name], by: "test", ...again });
}

const linesOf = ({ logged }: ScoredPortal): string[] =>
  logged.map((line) => String(JSON.parse(line).msg)).filter((text) => text.startsWith("back-fill"));

/** Lets the log have told of every run long ago. */
const passTold = ({ db }: ScoredPortal) =>
  db.query("update backfill_runs set told_at = told_at - interval '11 seconds' where told_at < 'infinity'");

test("a run that is paused while it reads tells what it was reading, and goes on from there", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await publishOnly(portal);
  await db.query(
    "update backfill_runs set done = 200, step_started_at = clock_timestamp() - interval '20 s'",
  );
  const [reading] = await readBackfills(db, id);
  expect(reading).toMatchObject({
    ...{ state: "reading", done: 200, total: null, ratePerSecond: 10, etaMs: null, finishedAt: null },
    ...{ step: { number: 1, of: 2, doing: "reading contacts" }, scores: [{ name: "Title", version: 1 }] },
  });
  await pauseRuns(db, id);
  const [paused] = await readBackfills(db, id);
  expect(paused).toMatchObject({ state: "paused", step: reading?.step, done: 200, ratePerSecond: 0 });
  expect(paused && progressText(paused)).toBe("reading contacts (step 1 of 2), 200 read");
  await db.query(
    "update backfill_runs set step_started_at = step_started_at - interval '1 h', paused_at = paused_at - interval '1 h'",
  );
  await resumeRuns(db, id);
  expect(await readBackfills(db, id)).toMatchObject([{ state: "reading", ratePerSecond: 10 }]);
  await backfill(work, id);
  expect(await readBackfills(db, id)).toMatchObject([{ state: "scoring", done: 0, total: 700 }]);
});

test("a run is done once its last record is scored, and the log tells how far it is without telling of anybody", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await publishOnly(portal);
  await backfill(work, id);
  await backfill(work, id);
  expect(linesOf(portal)).toEqual(["back-fill: reading contacts (step 1 of 2), 0 read, 0/s"]);
  await db.query("update backfill_runs set step_started_at = clock_timestamp() - interval '10 s'");
  await db.query(
    `delete from dirty_marks where record_id in (select record_id from dirty_marks order by record_id limit 400)`,
  );
  const [run] = await readBackfills(db, id);
  expect(run).toMatchObject({ state: "scoring", done: 400, total: 700, ratePerSecond: 40, finishedAt: null });
  expect((run?.etaMs ?? 0) / 1_000).toBeCloseTo(7.5, 0);
  await passTold(portal);
  await Promise.all([backfill(work, id), backfill(work, id)]);
  expect(linesOf(portal).slice(1)).toEqual([
    "back-fill: scoring contacts (step 2 of 2), 400/700, 40/s, 8 s left",
  ]);
  await passTime(db, id, 1_000);
  await score(work, id);
  expect(await readBackfills(db, id)).toMatchObject([{ state: "scoring", done: 700 }]);
  await backfill(work, id);
  await passTold(portal);
  await backfill(work, id);
  const [done] = await readBackfills(db, id);
  expect(done).toMatchObject({ state: "done", done: 700, total: 700, etaMs: null, error: null });
  expect(Date.parse(done?.finishedAt ?? "")).toBeGreaterThan(Date.parse(done?.startedAt ?? ""));
  expect(linesOf(portal).slice(2)).toEqual(["back-fill done: scoring contacts (step 2 of 2), 700/700"]);
  expect(portal.logged.filter((line) => line.includes(EMAIL))).toEqual([]);
});

test("later marks of other reasons do not hold up a run's end, nor do those that fail", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await publishOnly(portal);
  await backfill(work, id);
  await db.query(
    `update dirty_marks set due_at = clock_timestamp() + interval '1 h' where record_id > '110' or record_id < '105'`,
  );
  await backfill(work, id);
  expect(await readBackfills(db, id)).toMatchObject([{ state: "scoring", done: 694 }]);
  await db.query("delete from dirty_marks where due_at < clock_timestamp()");
  await backfill(work, id);
  expect(await readBackfills(db, id)).toMatchObject([{ state: "done", done: 700 }]);
});

test("ended before its end, a run keeps how many records it had scored", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await publishOnly(portal);
  await backfill(work, id);
  await db.query("delete from dirty_marks where record_id < '301'");
  await publishOnly(portal, 1);
  await backfill(work, id);
  await db.query("delete from dirty_marks where record_id < '201'");
  await pauseRuns(db, id);
  await db.transaction((tx) => cancelRuns(tx, id));
  await backfill(work, id);
  expect(await readBackfills(db, id)).toMatchObject([
    { state: "cancelled", done: 100, total: 700, scores: [{ name: "Title", version: 2 }] },
    { state: "superseded", done: 200, total: 700, scores: [{ name: "Title", version: 1 }] },
  ]);
  expect(linesOf(portal).at(-1)).toBe("back-fill cancelled: scoring contacts, 100/700");
});

test("a run that is not begun, since an older one is under way, says for which it waits", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id } = portal;
  await publishOnly(portal);
  await startRun(db, id, "company", [{ kind: "score", object: "company" }]);
  const [younger, older] = await readBackfills(db, id);
  expect(older?.step.doing).toBe("reading contacts");
  expect(younger).toMatchObject({ object: "company", step: { doing: `waiting for run ${older?.run}` } });
  await pauseRuns(db, id);
  expect(await readBackfills(db, id)).toMatchObject([
    { step: { doing: "about to begin scoring companies" } },
    {},
  ]);
});
