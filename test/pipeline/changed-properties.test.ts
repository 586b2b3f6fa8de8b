import { expect, test } from "vitest";
import { resetRecord } from "../../src/scores/reset-record.ts";
import { scoreNotices } from "../../src/scores/score-notices.ts";
import { listScores } from "../../src/store/scores.ts";
import { measureStops } from "../../workers/measure-stops.ts";
import { reconcile } from "../../workers/reconcile/reconcile.ts";
import { TITLE, VISITS } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { counted, shown, writesAfter } from "./notifications.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain, passTime } from "./work-through.ts";

const records = ["1", "2"].map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));
const PROPERTY = "/crm/properties/2026-09/contacts/title_score";

async function noticesOf({ db, id }: ScoredPortal) {
  const notices = await scoreNotices(db, id, await listScores(db, id), true);
  return [...notices.values()][0];
}

async function retype({ account }: ScoredPortal, type: string, fieldType: string): Promise<void> {
  await account.ask("PATCH", PROPERTY, { type, fieldType });
}

const linesAbout = ({ logged }: ScoredPortal, text: string) => logged.filter((line) => line.includes(text));

test("T44 a property retyped to one that cannot hold the values parks its score, which goes on by itself once it is right", async () => {
  await using portal = await openScoredPortal({ records });
  const { account, work, id } = portal;
  await portal.publish(TITLE);
  await retype(portal, "bool", "booleancheckbox");
  await account.change("contact", "1", { jobtitle: "chief" });
  await portal.settle();
  await account.change("contact", "2", { jobtitle: "chief" });
  const before = await account.lastCall();
  await portal.settle();
  expect(await writesAfter(portal, before)).toEqual([]);
  const fault = "the contact property title_score has type bool in HubSpot, not number";
  expect(await noticesOf(portal)).toMatchObject({ changedProperties: [{ fault, parked: true }] });
  expect(linesAbout(portal, fault)).toHaveLength(1);
  await measureStops(work);
  expect(await counted(portal, "changed_properties", { writes: "parked" })).toBe(2);
  await reconcile(work, id);
  expect(linesAbout(portal, fault)).toHaveLength(1);

  await retype(portal, "number", "number");
  await reconcile(work, id);
  await drain(work, id);
  await expectRight(portal, TITLE);
  expect(await noticesOf(portal)).toMatchObject({ changedProperties: [] });
  expect(linesAbout(portal, "are right again")).toHaveLength(1);
});

test("T44 a property retyped to text takes the values all the same, with one warning", async () => {
  await using portal = await openScoredPortal({ records });
  const { account, work, id } = portal;
  await portal.publish(TITLE);
  await retype(portal, "string", "text");
  await reconcile(work, id);
  await account.change("contact", "1", { jobtitle: "chief" });
  await portal.settle();
  expect(await shown(portal, "1", "title_score")).toBe("40");
  const fault = "the contact property title_score has type string in HubSpot, not number";
  expect(await noticesOf(portal)).toMatchObject({ changedProperties: [{ fault, parked: false }] });
  await reconcile(work, id);
  expect(linesAbout(portal, fault)).toHaveLength(1);
});

test("T44 a property that nobody writes to is found missing by the reconciler, a label is left as it was renamed", async () => {
  await using portal = await openScoredPortal({ records });
  const { account, work, id } = portal;
  await portal.publish(TITLE);
  await account.ask("DELETE", PROPERTY);
  const threshold = `${PROPERTY}_threshold`;
  await account.ask("PATCH", threshold, { label: "How warm" });
  await reconcile(work, id);
  await drain(work, id);
  expect(await shown(portal, "1", "title_score")).toBe("0");
  expect(await account.ask("GET", threshold)).toMatchObject({ label: "How warm" });
  expect(linesAbout(portal, "have been made again")).toHaveLength(1);
});

test("T44 a threshold's label that someone removed is put back before it is written", async () => {
  await using portal = await openScoredPortal({ records });
  const { account } = portal;
  await portal.publish(TITLE);
  await account.ask("PATCH", `${PROPERTY}_threshold`, { options: [{ label: "Low", value: "Low" }] });
  await account.change("contact", "1", { jobtitle: "chief" });
  await portal.settle();
  await expectRight(portal, TITLE);
});

test.each([
  ["repaired", "repair", "20", 0],
  ["only reported", "report", "99", 1],
] as const)("scores edited in HubSpot are %s, as set", async (_what, drift, value, drifted) => {
  await using portal = await openScoredPortal({ records, drift });
  const { account, work, id, db } = portal;
  await portal.publish(TITLE);
  await account.change("contact", "1", { jobtitle: "manager" });
  await portal.settle();
  await account.change("contact", "1", { title_score: "99" });
  await db.query(
    "update pending_writes set written_at = written_at - interval '2 minutes' where portal_id = $1",
    [id],
  );
  await reconcile(work, id);
  await drain(work, id);
  expect(await shown(portal, "1", "title_score")).toBe(value);
  expect(await noticesOf(portal)).toMatchObject({ drifted });
  const action = drift === "repair" ? "repaired" : "reported";
  expect(await counted(portal, "drifted_records_total", { action })).toBe(1);
  await account.change("contact", "1", { jobtitle: "chief" });
  await portal.settle();
  await passTime(db, id, 1_000);
  expect(await shown(portal, "1", "title_score")).toBe("40");
});

const VISIT_RECORDS = records.map((record) => ({
  ...record,
  events: [{ id: `visit-${record.id}`, type: "page_visited", occurredAt: "2026-09-20T09:00:00.000Z" }],
}));

/** What two contacts show as their last reset; both are looked at two minutes after anything was written. */
async function resetsAfterLook(portal: ScoredPortal): Promise<(string | null | undefined)[]> {
  const { db, work, id } = portal;
  await db.query(
    "update pending_writes set written_at = written_at - interval '2 minutes' where portal_id = $1",
    [id],
  );
  await reconcile(work, id);
  await drain(work, id);
  return [await shown(portal, "1", "visit_score_reset_at"), await shown(portal, "2", "visit_score_reset_at")];
}

test("an edited time of reset is put right, on a record that was never reset too", async () => {
  await using portal = await openScoredPortal({ records: VISIT_RECORDS, drift: "repair" });
  const { account, work, id, db } = portal;
  await portal.publish(VISITS);
  await resetRecord(db, id, { name: "Visits", object: "contact", id: "1" }, work.clock.now());
  await drain(work, id);
  const right = await resetsAfterLook(portal);
  expect(right[0]).toMatch(/^\d{4}-|^\d+$/);
  expect(await counted(portal, "drifted_records_total", { action: "repaired" })).toBe(0);
  for (const contact of ["1", "2"])
    await account.change("contact", contact, { visit_score_reset_at: "2026-01-02T00:00:00Z" });
  expect(await resetsAfterLook(portal)).toEqual([right[0], right[1] ?? ""]);
  expect(await counted(portal, "drifted_records_total", { action: "repaired" })).toBe(2);
});

test("edits that were only reported are written anew once they are to be repaired", async () => {
  await using portal = await openScoredPortal({ records: VISIT_RECORDS, drift: "report" });
  const { account, work, id, db } = portal;
  await portal.publish(VISITS);
  await account.change("contact", "1", { visit_score: "99" });
  await account.change("contact", "2", { visit_score_reset_at: "2026-01-02T00:00:00Z" });
  await resetsAfterLook(portal);
  expect(await noticesOf(portal)).toMatchObject({ drifted: 2 });
  await reconcile({ ...work, reconcile: { ...work.reconcile, drift: "repair" } }, id);
  await drain({ ...work, reconcile: { ...work.reconcile, drift: "repair" } }, id);
  expect(await noticesOf(portal)).toMatchObject({ drifted: 0 });
  expect(await shown(portal, "1", "visit_score")).toBe("10");
  expect((await shown(portal, "2", "visit_score_reset_at")) ?? "").toBe("");
  expect(await db.query("select 1 from pending_writes where portal_id = $1 and pending", [id])).toEqual([]);
});

test("an edit that comes just after our own write is put right by the look after the next", async () => {
  await using portal = await openScoredPortal({ records: VISIT_RECORDS, drift: "repair" });
  const { account, work, id } = portal;
  await portal.publish(VISITS);
  await account.change("contact", "1", { visit_score: "99" });
  await reconcile(work, id);
  await drain(work, id);
  expect(await shown(portal, "1", "visit_score")).toBe("99");
  await account.moveDays(1);
  await resetsAfterLook(portal);
  expect(await shown(portal, "1", "visit_score")).toBe("10");
});
