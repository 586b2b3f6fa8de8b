import { afterAll, beforeAll, expect, test } from "vitest";
import { PublishError } from "../../src/scores/publish-checks.ts";
import { publishScores } from "../../src/scores/publish-scores.ts";
import { subscriptionsFor } from "../../src/scores/subscriptions.ts";
import { switchReasons } from "../../src/scores/switch-reasons.ts";
import { saveDraft } from "../../src/store/scores.ts";
import { checkProperties } from "../../workers/check-properties.ts";
import { define, READINESS } from "./definitions.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

const START = Date.parse("2026-10-01T09:00:00.000Z");
const DAY_MS = 86_400_000;
const NAMES = ["readiness_reasons", "readiness_updated_at", "readiness_version"];

const events = [1, 2, 3].map((day) => ({
  ...{ id: `v${day}`, type: "page_visited", properties: { url: "https://www.example.com/pricing" } },
  occurredAt: new Date(START - day * DAY_MS).toISOString(),
}));
const records = [
  { object: "contact", id: "101", properties: { jobtitle: "Chief of sales" }, events },
  { object: "contact", id: "102", properties: {} },
];

let portal: ScoredPortal;

function deps() {
  const { db, work, id } = portal;
  return { db, client: work.clients.clientFor(id), now: work.clock.now, wake: async () => undefined };
}

async function switchTo(isOn: boolean): Promise<void> {
  await switchReasons(deps(), portal.id, { name: "Readiness", isOn });
  await drain(portal.work, portal.id);
}

async function shown(contact: string) {
  const values = (await portal.account.values("contact")).get(contact) ?? {};
  return Object.fromEntries([...NAMES, "readiness"].map((name) => [name, values[name] ?? null]));
}

const instantOf = (text: string | null | undefined): number =>
  /^\d+$/.test(text ?? "") ? Number(text) : Date.parse(text ?? "");

beforeAll(async () => {
  portal = await openScoredPortal({ records });
  portal.account.emulator.portal.clock.stop();
  await portal.publish(READINESS);
});

afterAll(async () => {
  await portal[Symbol.asyncDispose]();
});

test("switched on, a score writes its reasons, last change and version beside its value", async () => {
  expect(await shown("101")).toMatchObject({ readiness: "35", readiness_reasons: null });
  await switchTo(true);
  expect(await shown("101")).toMatchObject({
    ...{ readiness: "35", readiness_reasons: "chief +20, visit +15 (3×)", readiness_version: "1" },
  });
  expect(instantOf((await shown("101"))["readiness_updated_at"])).toBe(portal.work.clock.now());
  expect(await shown("102")).toMatchObject({ readiness: "0", readiness_version: "1" });
});

test("scored again without any change, nothing is written; a change goes in one call with the value", async () => {
  const { account, db, id, work } = portal;
  await account.moveDays(1);
  await db.query(
    `insert into dirty_marks (portal_id, object, record_id, priority, due_at)
     select portal_id, object, record_id, 0, clock_timestamp() from records where portal_id = $1 and object = 'contact'`,
    [id],
  );
  const before = await account.lastCall();
  await drain(work, id);
  expect(await account.callsAfter(before)).toEqual([]);
  await account.change("contact", "101", { jobtitle: "manager" });
  const changed = await account.lastCall();
  await portal.settle();
  const writes = (await account.callsAfter(changed)).filter((call) => call.path.endsWith("/batch/update"));
  expect(writes.map((call) => call.properties.toSorted())).toEqual([
    ["readiness", "readiness_fit", "readiness_reasons", "readiness_updated_at"],
  ]);
  expect(await shown("101")).toMatchObject({ readiness: "15", readiness_reasons: "visit +15 (3×)" });
  expect(instantOf((await shown("101"))["readiness_updated_at"])).toBe(work.clock.now());
});

test("the app never subscribes to them, and no score may read or write them", async () => {
  const { work, db, id } = portal;
  const asked = subscriptionsFor(await work.catalogue.load(db, id)).map((one) => one.propertyName);
  expect(asked.filter((name) => NAMES.includes(name ?? ""))).toEqual([]);
  const where = { property: "readiness_version", operator: "IS_KNOWN" };
  const reader = define({
    ...{ schema: 1, name: "Reader", object: "contact", type: "fit", limit: { max: 10 } },
    property: { name: "reader_score" },
    groups: [{ name: "G", side: "fit", rules: [{ id: "r", where, points: 1 }] }],
  });
  await saveDraft(db, id, reader);
  const publishing = publishScores(deps(), id, { names: ["Reader"], by: "test" });
  await expect(publishing).rejects.toThrow(PublishError);
});

test("T44 one that someone deletes in HubSpot is made again with every value", async () => {
  const { account, work, id } = portal;
  await account.ask("DELETE", "/crm/properties/2026-09/contacts/readiness_reasons");
  await checkProperties(work, id, "contact", work.clients.clientFor(id));
  await drain(work, id);
  expect(await shown("101")).toMatchObject({ readiness_reasons: "visit +15 (3×)" });
});

test("switched off, they keep what they show and nothing more is written to them", async () => {
  const { account } = portal;
  const last = await shown("101");
  await switchTo(false);
  await account.change("contact", "101", { jobtitle: "Chief of sales" });
  await portal.settle();
  expect(await shown("101")).toEqual({ ...last, readiness: "35" });
});
