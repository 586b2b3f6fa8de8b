import { expect, test } from "vitest";
import { addOccurrence } from "../../emulator/portal/event-log.ts";
import type { Tier } from "../../emulator/portal/tier.ts";
import { offFeatures } from "../../src/scores/off-features.ts";
import { loadEventSources } from "../../src/store/event-sources.ts";
import { turnFeatureOff } from "../../src/store/portal-features.ts";
import { listScores, saveDraft } from "../../src/store/scores.ts";
import { poll } from "../../workers/poll/poll.ts";
import { counted, shown } from "./notifications.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { counting } from "./source-scores.ts";

const START = Date.parse("2026-10-01T09:00:00.000Z");
const ago = (ms: number) => new Date(START - ms).toISOString();

const submission = (id: string, msAgo: number, form = "demo") => ({
  ...{ id, type: "form_submitted", occurredAt: ago(msAgo), properties: { form_id: form, form_name: "Demo" } },
});
type Filed = { id: string; type: string; occurredAt: string; properties?: object };
const person = (id: string, events: Filed[], more: object = {}) => ({
  ...{ object: "contact", id, properties: { email: `Person${id}@Example.com`, ...more }, events },
});

async function happen({ account, work }: ScoredPortal, contact: string, events: readonly object[]) {
  const at = new Date(work.clock.now()).toISOString();
  const dated = events.map((event) => ({ occurredAt: at, ...event }));
  await account.ask("POST", "/__events", { object: "contact", id: contact, events: dated });
}

async function passSeconds({ account }: ScoredPortal, seconds: number): Promise<void> {
  await account.ask("POST", "/__clock", { advanceMs: seconds * 1_000 });
}

async function open(tier: Tier, records: readonly ReturnType<typeof person>[]): Promise<ScoredPortal> {
  return openScoredPortal({ records, tier, share: 100 });
}

test("1,000 form submissions are read once with their history, and polled twice count once", async () => {
  const own = (contact: number) =>
    Array.from({ length: 500 }, (_, index) =>
      submission(`s${contact}-${index}`, 60_000 * (index + 6), `f${index % 3}`),
    );
  await using portal = await open("professional", [person("1", own(1)), person("2", own(2))]);
  await portal.publish(counting("Forms", ["form_submitted"]));
  expect(await shown(portal, "1", "forms")).toBe("500");
  await happen(portal, "1", [{ id: "new", type: "form_submitted", properties: { form_id: "f1" } }]);
  for (let round = 0; round < 2; round++) {
    await passSeconds(portal, 31);
    await portal.settle();
  }
  expect(await shown(portal, "1", "forms")).toBe("501");
  expect(await shown(portal, "2", "forms")).toBe("500");
  const before = await portal.account.lastCall();
  await passSeconds(portal, 31);
  await portal.settle();
  const calls = await portal.account.callsAfter(before);
  expect(calls.filter(({ path }) => path.includes("/submissions/"))).toHaveLength(3);
});

test("a form that is new, and submissions of someone who is not there yet, count as well", async () => {
  await using portal = await open("professional", [person("1", [submission("old", 1_000)]), person("2", [])]);
  const { account } = portal;
  await portal.publish(counting("Forms", ["form_submitted"]));
  await happen(portal, "2", [{ id: "n1", type: "form_submitted", properties: { form_id: "brand-new" } }]);
  const { events, records } = account.emulator.portal;
  expect(records.tables.size).toBeGreaterThan(0);
  const stranger = await account.create("contact", { email: "Late@Example.com" });
  addOccurrence(events, {
    ...{ id: "n2", eventType: "e_form_submission_v2", objectType: "0-1", objectId: stranger },
    ...{ occurredAt: portal.work.clock.now(), properties: { hs_form_id: "demo" } },
  });
  await passSeconds(portal, 31);
  await poll(portal.work, portal.id);
  expect(await shown(portal, stranger, "forms")).toBeUndefined();
  await portal.settle();
  expect(await shown(portal, "2", "forms")).toBe("1");
  expect(await shown(portal, stranger, "forms")).toBe("1");
});

const mail = (id: string, type: string, msAgo: number, more: object = {}) => ({
  ...{ id, type, occurredAt: ago(msAgo), properties: { email_id: "spring", campaign_id: "7", ...more } },
});

test("openings and clicks within seconds of delivery are a machine's, which a rule leaves out", async () => {
  const minute = 60_000;
  await using portal = await open("professional", [
    person("1", [
      mail("d1", "email_delivered", 10 * minute),
      mail("o1", "email_opened", 10 * minute - 3_000),
      mail("c1", "email_clicked", 10 * minute - 4_000, { link_url: "https://example.com/a" }),
      mail("o2", "email_opened", 5 * minute),
      mail("c2", "email_clicked", 4 * minute, { link_url: "https://example.com/a" }),
    ]),
  ]);
  const types = ["email_opened", "email_clicked"];
  const human = { not: { property: "bot", operator: "IS_EQUAL_TO", values: ["true"] } };
  const spring = { property: "email_id", operator: "IS_EQUAL_TO", values: ["spring"] };
  await portal.publish(
    counting("All mail", types),
    counting("Human mail", types, human),
    counting("Spring mail", types, spring),
  );
  expect(await shown(portal, "1", "all_mail")).toBe("22");
  expect(await shown(portal, "1", "human_mail")).toBe("11");
  expect(await shown(portal, "1", "spring_mail")).toBe("22");
  await happen(portal, "1", [{ id: "o3", type: "email_opened", properties: { email_id: "autumn" } }]);
  for (let round = 0; round < 2; round++) {
    await passSeconds(portal, 31);
    await portal.settle();
  }
  expect(await shown(portal, "1", "human_mail")).toBe("12");
  expect(await shown(portal, "1", "spring_mail")).toBe("22");
});

test("counters turn into events where the account has nothing better: a rise of n gives n, at the date it tells", async () => {
  const viewed = { hs_analytics_num_page_views: "3", hs_analytics_last_timestamp: ago(86_400_000) };
  await using portal = await open("free", [person("1", [], viewed), person("2", [])]);
  const { account, db, id } = portal;
  const views = counting("Views", ["page_visited"]);
  await portal.publish(views, counting("Clicks", ["social_clicked"]));
  expect(await loadEventSources(db, id)).toEqual(
    new Map([
      ["page_visited", "counters"],
      ["social_clicked", "counters"],
    ]),
  );
  expect(await shown(portal, "1", "views")).toBe("3");
  await account.raise("1", { hs_analytics_num_page_views: "5", hs_analytics_last_timestamp: ago(0) });
  await account.raise("2", { hs_social_linkedin_clicks: "2" });
  await portal.settle();
  await portal.settle();
  expect(await shown(portal, "1", "views")).toBe("5");
  expect(await shown(portal, "2", "clicks")).toBe("2");
  await turnFeatureOff(db, id, { feature: "event occurrences", reason: "no Enterprise", scopes: [] });
  const pricing = { property: "url", operator: "CONTAINS", values: ["pricing"] };
  await saveDraft(db, id, counting("Pricing", ["page_visited"], pricing));
  await saveDraft(db, id, counting("Planned", ["form_submitted"]));
  await saveDraft(db, id, counting("Buttons", ["cta_clicked"]));
  const scores = await listScores(db, id);
  const off = await offFeatures(db, id, scores);
  expect(
    scores.map(({ name, scoreId }) => [name, (off.get(scoreId) ?? []).map(({ feature }) => feature)]),
  ).toEqual([
    ["Buttons", ["event occurrences"]],
    ...["Clicks", "Planned"].map((name) => [name, []]),
    ["Pricing", ["event occurrences"]],
    ["Views", []],
  ]);
  const merged = await account.merge("1", "2");
  await portal.settle();
  expect(await shown(portal, merged, "views")).toBe("5");
});

test("a conversation counts once, for the contact that began it", async () => {
  const chat = (id: string, msAgo: number, channel: string) => ({
    ...{ id, type: "conversation_started", occurredAt: ago(msAgo), properties: { channel } },
  });
  await using portal = await open("starter", [
    person("1", [chat("t1", 1_000, "CHAT"), chat("t2", 900, "EMAIL")]),
  ]);
  const isChat = { property: "channel", operator: "IS_EQUAL_TO", values: ["CHAT"] };
  await portal.publish(counting("Chats", ["conversation_started"], isChat));
  expect(await shown(portal, "1", "chats")).toBe("1");
  await happen(portal, "1", [chat("t3", 0, "CHAT")]);
  for (let round = 0; round < 2; round++) {
    await passSeconds(portal, 31);
    await portal.settle();
  }
  expect(await shown(portal, "1", "chats")).toBe("2");
});

test("T43 a source that is refused is left with its reason for the next best one, and not asked again", async () => {
  await using portal = await open("free", [
    person("1", [], { hs_email_open: "4", num_conversion_events: "9" }),
  ]);
  const { db, id, account } = portal;
  const before = await account.lastCall();
  await portal.publish(counting("Both", ["email_opened", "form_submitted", "cta_clicked"]));
  expect(await loadEventSources(db, id)).toEqual(
    new Map([
      ["email_opened", "counters"],
      ["form_submitted", "forms"],
      ["cta_clicked", "none"],
    ]),
  );
  for (let round = 0; round < 3; round++) {
    await passSeconds(portal, 31);
    await portal.settle();
  }
  const calls = await account.callsAfter(before);
  const refused = calls.filter(({ status }) => status === 403).map(({ path }) => path);
  expect(refused).toEqual(["/events/event-occurrences/2026-09/event-types", "/email/public/v1/events"]);
  expect(await shown(portal, "1", "both")).toBe("4");
  expect(await counted(portal, "records_scored_total")).toBeGreaterThan(0);
});
