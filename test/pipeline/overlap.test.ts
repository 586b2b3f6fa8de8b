import { expect, test } from "vitest";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { resetRecord } from "../../src/scores/reset-record.ts";
import { saveDraftEdit } from "../../src/scores/save-draft.ts";
import { backfill } from "../../workers/backfill/backfill.ts";
import { score } from "../../workers/score.ts";
import { write } from "../../workers/write.ts";
import { define, TITLE, VISITS } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

const START = Date.parse("2026-10-01T09:00:00.000Z");
const DAY_MS = 86_400_000;

const records = Array.from({ length: 60 }, (_, index) => ({
  ...{
    object: "contact",
    id: String(101 + index),
    properties: { jobtitle: index % 2 === 0 ? "chief" : "manager" },
  },
  events: [{ id: "v1", type: "page_visited", occurredAt: new Date(START - index * DAY_MS).toISOString() }],
}));

const doubled = define({
  ...TITLE,
  groups: TITLE.groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({ ...rule, points: 7 })),
  })),
});

async function publishDraft({ db, id, work }: ScoredPortal, definition: typeof TITLE): Promise<void> {
  await db.transaction((tx) => saveDraftEdit(tx, id, { definition, by: "test" }));
  const deps = { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
  await publishScores(deps, id, { names: [definition.name], by: "test" });
}

test("T75 a version published during an older one's back-fill ends it, and no record ends on the old version", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work } = portal;
  await publishDraft(portal, TITLE);
  await backfill(work, id);
  await publishDraft(portal, doubled);
  await score(work, id);
  await write(work, id);
  await drain(work, id);
  await expectRight(portal, doubled);
  const versions = await db.query<{ version: number }>(
    "select distinct version from record_scores where portal_id = $1",
    [id],
  );
  expect(versions).toEqual([{ version: 2 }]);
  const states = await db.query<{ state: string }>(
    "select state from backfill_runs where portal_id = $1 order by run_id",
    [id],
  );
  expect(states.at(-1)?.state).toBe("done");
});

test("resets, deletions and changes during a back-fill end in the values that direct evaluation gives", async () => {
  await using portal = await openScoredPortal({ records });
  const { db, id, work, account } = portal;
  await portal.publish(TITLE);
  await publishDraft(portal, VISITS);
  await backfill(work, id);
  await resetRecord(db, id, { name: "Visits", object: "contact", id: "101" }, work.clock.now());
  await account.archive("contact", "102");
  await account.change("contact", "103", { jobtitle: "clerk" });
  await account.visit("104", "later", work.clock.now());
  await account.erase("105");
  await portal.settle();
  const values = await account.values("contact");
  expect(values.get("101")?.["visit_score"]).toBe("0");
  expect(values.get("103")?.["title_score"]).toBe("0");
  expect(values.get("104")?.["visit_score"]).toBe("20");
  expect([...values.keys()]).not.toContain("102");
  expect(
    await db.query("select 1 from record_scores where portal_id = $1 and record_id in ('102', '105')", [id]),
  ).toEqual([]);
  await expectRight(portal, TITLE);
});
