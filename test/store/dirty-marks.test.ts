import { expect, test } from "vitest";
import {
  BACKGROUND,
  claimDirty,
  LIVE,
  type Marking,
  markAssociated,
  markDirty,
} from "../../src/store/dirty-marks.ts";
import { savePortal } from "../../src/store/portals.ts";
import { markOverdue, saveRecordScores } from "../../src/store/record-scores.ts";
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

test("records whose values end under several scores at once are marked once each", async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  await savePortal(db, PORTAL, "UTC");
  const ids = Array.from({ length: 300 }, (_, index) => String(index));
  for (const definition of [TITLE, VISITS]) {
    const { scoreId } = await saveDraft(db, PORTAL, definition);
    await addVersion(db, PORTAL, { scoreId, definition, at: 0, by: "test", note: undefined });
    const result = {
      scoreId,
      version: 1,
      value: 1,
      engagement: null,
      fit: null,
      threshold: null,
      validUntil: 5,
    };
    await saveRecordScores(
      db,
      PORTAL,
      { seq: "1", at: 0 },
      ids.map((recordId) => ({ ...result, recordId })),
    );
  }
  expect(await db.transaction((tx) => markOverdue(tx, PORTAL, 10, 1_000))).toBe(600);
  const keys = ids.map((id) => `contact/${id}`);
  const claimed = await db.transaction((tx) => claimDirty(tx, PORTAL, keys));
  expect(claimed).toHaveLength(300);
  expect(new Set(claimed.map(({ priority }) => priority))).toEqual(new Set([BACKGROUND]));
});
