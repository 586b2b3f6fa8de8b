import { expect, test } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { claimDirty, LIVE, markDirty } from "../../src/store/dirty-marks.ts";
import { savePortal } from "../../src/store/portals.ts";
import { type Taking, takeInHand, workOn } from "../../src/store/work-in-hand.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const PORTAL = "1";
const TAKING: Taking = { portal: PORTAL, stage: "score", limit: 500 };
const ids = Array.from({ length: 500 }, (_, index) => String(index));

/** A database with a marked record for each of these ids. */
async function withMarks(marked: readonly string[]): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await savePortal(database.db, PORTAL, "UTC");
  await markDirty(database.db, PORTAL, { object: "contact", ids: marked }, { priority: LIVE, delayMs: 0 });
  return database;
}

/** Makes it look as if whoever took what is in hand had died. */
async function pretendDeath(db: Database): Promise<void> {
  await db.query("update work_in_hand set holder = 'a dead one' where holder is not null");
}

async function inHand(db: Database): Promise<{ deaths: number; rows: number }[]> {
  return db.query("select deaths, cardinality(keys) as rows from work_in_hand order by deaths, chunk_id");
}

test("what a dead process had in hand is divided by its root, then into single rows; all of it comes back", async () => {
  await using database = await withMarks(ids);
  const { db } = database;
  expect((await takeInHand(db, TAKING)).chunk?.keys).toHaveLength(500);
  await pretendDeath(db);
  const { chunk } = await takeInHand(db, TAKING);
  expect(chunk?.keys).toHaveLength(22);
  expect(await inHand(db)).toHaveLength(23);
  await pretendDeath(db);
  const sizes: number[] = [];
  const seen = new Set<string>();
  for (;;) {
    const taken = (await takeInHand(db, TAKING)).chunk;
    if (!taken) break;
    sizes.push(taken.keys.length);
    for (const key of taken.keys) seen.add(key);
    await workOn(db, TAKING, taken, async (tx) => {
      await claimDirty(tx, PORTAL, taken.keys);
      await tx.query("delete from dirty_marks where object || '/' || record_id = any($1)", [taken.keys]);
    });
  }
  expect(sizes.filter((size) => size === 1)).toHaveLength(22);
  expect(sizes.slice(0, 22).every((size) => size > 1)).toBe(true);
  expect(seen.size).toBe(500);
  expect(await inHand(db)).toEqual([]);
});

test("neither an error nor work that this process left lying is a death", async () => {
  await using database = await withMarks(["1", "2", "3"]);
  const { db } = database;
  const { chunk } = await takeInHand(db, TAKING);
  const failing = workOn(db, TAKING, chunk ?? expect.fail("nothing taken"), async () => {
    throw new Error("a failure");
  });
  await expect(failing).rejects.toThrow("a failure");
  expect(await inHand(db)).toEqual([]);
  await takeInHand(db, TAKING);
  const again = await takeInHand(db, TAKING);
  expect(again.chunk).toMatchObject({ isSuspect: false });
  expect(await inHand(db)).toEqual([{ deaths: 0, rows: 3 }]);
});

test("an error keeps a suspect suspected, with as many deaths as before", async () => {
  await using database = await withMarks(["1"]);
  const { db } = database;
  await takeInHand(db, TAKING);
  await pretendDeath(db);
  for (let failure = 1; failure <= 3; failure++) {
    const { chunk = expect.fail("nothing taken") } = await takeInHand(db, TAKING);
    const failing = workOn(db, TAKING, chunk, () => Promise.reject(new Error("a failure")));
    await expect(failing).rejects.toThrow("a failure");
    expect(await inHand(db)).toEqual([{ deaths: 1, rows: 1 }]);
  }
});

test("what a living process works on is not divided, and one that lost its work does nothing", async () => {
  await using database = await withMarks(["1", "2", "3"]);
  const { db } = database;
  const { chunk = expect.fail("nothing taken") } = await takeInHand(db, TAKING);
  await workOn(db, TAKING, chunk, async () => {
    const other = await takeInHand(db, { ...TAKING, limit: 1 });
    expect(other.chunk).toMatchObject({ isSuspect: false, keys: [expect.stringContaining("contact/")] });
    await db.query("delete from work_in_hand where chunk_id = $1", [other.chunk?.chunkId]);
  });
  const { chunk: lost = expect.fail("nothing taken") } = await takeInHand(db, TAKING);
  await db.query("delete from work_in_hand");
  let hasRun = false;
  await workOn(db, TAKING, lost, async () => {
    hasRun = true;
  });
  expect(hasRun).toBe(false);
});
