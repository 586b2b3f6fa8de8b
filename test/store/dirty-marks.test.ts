import { expect, test } from "vitest";
import { createScoreCatalogue } from "../../src/scores/score-catalogue.ts";
import { scoreMarkedRecords } from "../../src/scores/score-records.ts";
import type { ScoreDefinition } from "../../src/scoring/definition.ts";
import type { Database } from "../../src/store/database.ts";
import {
  BACKGROUND,
  claimDirty,
  countWaitingMarks,
  LIVE,
  type Marking,
  markAssociated,
  markDirty,
} from "../../src/store/dirty-marks.ts";
import { openWork } from "../../src/store/open-work.ts";
import { savePortal } from "../../src/store/portals.ts";
import { markOverdue, saveRecordScores } from "../../src/store/record-scores.ts";
import { turnOff } from "../../src/store/score-life.ts";
import { addVersion, saveDraft } from "../../src/store/scores.ts";
import { TITLE, VISITS } from "../pipeline/definitions.ts";
import { createTestDatabase } from "../support/test-database.ts";

const PORTAL = "1";
const NOW: Marking = { priority: LIVE, delayMs: 0 };

test("a record named twice, or reached through several others, is marked once", async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  await savePortal(db, PORTAL, "UTC");
  await markDirty(db, PORTAL, { object: "contact", ids: ["1", "1", "2"] }, NOW);
  const contacts = Array.from({ length: 500 }, (_, index) => String(index));
  await db.query(
    `insert into associations (portal_id, from_object, from_id, to_object, to_id)
     select $1, 'contact', id, 'company', '7' from unnest($2::text[]) as id`,
    [PORTAL, contacts],
  );
  await markAssociated(db, PORTAL, { object: "contact", ids: contacts, toObjects: ["company"] }, NOW);
  const claimed = await db.transaction((tx) =>
    claimDirty(tx, PORTAL, ["contact/1", "contact/2", "contact/9", "company/7"]),
  );
  expect(claimed.map(({ object, id }) => `${object} ${id}`).sort()).toEqual([
    "company 7",
    "contact 1",
    "contact 2",
  ]);
});

/** Publishes a score under which all of these records' values end at 5 ms; returns its id. */
async function publishEnding(db: Database, definition: ScoreDefinition, ids: readonly string[]) {
  const { scoreId } = await saveDraft(db, PORTAL, definition);
  await addVersion(db, PORTAL, { scoreId, definition, at: 0, by: "test", note: undefined });
  const sides = { engagement: null, fit: null, threshold: null };
  const results = ids.map((recordId) => ({
    scoreId,
    recordId,
    version: 1,
    value: 1,
    ...sides,
    validUntil: 5,
  }));
  await saveRecordScores(db, PORTAL, { seq: "1", at: 0 }, results);
  return scoreId;
}

test("records whose values end under several scores at once are marked once each, a limited number at a time", async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  await savePortal(db, PORTAL, "UTC");
  const ids = Array.from({ length: 300 }, (_, index) => String(index));
  for (const definition of [TITLE, VISITS]) await publishEnding(db, definition, ids);
  expect(await markOverdue(db, PORTAL, 4, 1_000)).toBe(0);
  expect(await markOverdue(db, PORTAL, 10, 200)).toBe(200);
  expect(await markOverdue(db, PORTAL, 10, 200)).toBe(100);
  expect(await markOverdue(db, PORTAL, 10, 200)).toBe(0);
  expect(await countWaitingMarks(db, PORTAL, 1_000)).toBe(300);
  expect(await countWaitingMarks(db, PORTAL, 30)).toBe(30);
  const keys = ids.map((id) => `contact/${id}`);
  const claimed = await db.transaction((tx) => claimDirty(tx, PORTAL, keys));
  expect(claimed).toHaveLength(300);
  expect(new Set(claimed.map(({ priority }) => priority))).toEqual(new Set([BACKGROUND]));
});

test("values of a score that is off, or that nothing renews any more, fall due no more", async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  await savePortal(db, PORTAL, "UTC");
  const isOverdue = async () => (await openWork(db, 10)).map(({ overdue }) => overdue);
  const off = await publishEnding(db, TITLE, ["1", "2"]);
  await publishEnding(db, VISITS, ["2", "3"]);
  await turnOff(db, PORTAL, off);
  expect(await isOverdue()).toEqual([true]);
  expect(await markOverdue(db, PORTAL, 10, 1_000)).toBe(2);
  // No record is stored: as after one was deleted while its values were due.
  const deps = { db, catalogue: createScoreCatalogue(), now: () => 10 };
  expect(await scoreMarkedRecords(deps, PORTAL, 500)).toEqual({ records: 2, failed: 0 });
  expect(await isOverdue()).toEqual([false]);
  expect(await markOverdue(db, PORTAL, 10, 1_000)).toBe(0);
});
