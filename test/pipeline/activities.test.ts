import { expect, test } from "vitest";
import { define } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { shown } from "./notifications.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { counting } from "./source-scores.ts";

const AT = "2026-10-01T08:00:00.000Z";
const people = ["1", "2"].map((id) => ({
  object: "contact",
  id,
  properties: { email: `p${id}@example.com` },
}));
const ASSOCIATIONS = "/crm/associations/2026-09";

async function link(
  { account }: ScoredPortal,
  object: string,
  id: string,
  to: { contact: string; gone?: boolean },
): Promise<void> {
  const path = `${ASSOCIATIONS}/${object}/contacts/batch/${to.gone ? "archive" : "associate/default"}`;
  const inputs = to.gone
    ? [{ from: { id }, to: [{ id: to.contact }] }]
    : [{ from: { id }, to: { id: to.contact } }];
  await account.ask("POST", path, { inputs });
}

test("a meeting whose association comes 30 seconds later still scores, and loses its points with it", async () => {
  await using portal = await openScoredPortal({ records: people });
  const { account } = portal;
  const meetings = counting("Meetings", ["meeting_booked"]);
  await portal.publish(meetings);
  const meeting = await account.create("meetings", { hs_timestamp: AT, hs_meeting_outcome: "SCHEDULED" });
  await portal.settle();
  expect(await shown(portal, "1", "meetings")).toBe("0");
  await account.ask("POST", "/__clock", { advanceMs: 30_000 });
  await link(portal, "meetings", meeting, { contact: "1" });
  await portal.settle();
  expect(await shown(portal, "1", "meetings")).toBe("1");
  await link(portal, "meetings", meeting, { contact: "1", gone: true });
  await link(portal, "meetings", meeting, { contact: "2" });
  await portal.settle();
  expect([await shown(portal, "1", "meetings"), await shown(portal, "2", "meetings")]).toEqual(["0", "1"]);
  await expectRight(portal, meetings);
});

test("a corrected outcome replaces the former one; a deleted activity takes its events away", async () => {
  await using portal = await openScoredPortal({ records: people });
  const { account } = portal;
  const outcomes = define({
    ...counting("Outcomes", ["meeting_booked"]),
    groups: [
      {
        name: "Meetings",
        side: "engagement",
        limit: { min: -100, max: 100 },
        rules: [
          {
            id: "outcome",
            event: "meeting_outcome_changed",
            values: { property: "outcome", points: { COMPLETED: 20, NO_SHOW: -5 } },
          },
          { id: "booked", event: "meeting_booked", points: 7 },
        ],
      },
    ],
  });
  await portal.publish(outcomes);
  const meeting = await account.create("meetings", { hs_timestamp: AT, hs_meeting_outcome: "SCHEDULED" });
  await link(portal, "meetings", meeting, { contact: "1" });
  const after = async (outcome: string) => {
    await account.change("meetings", meeting, { hs_meeting_outcome: outcome });
    await portal.settle();
    return shown(portal, "1", "outcomes");
  };
  expect([await after("NO_SHOW"), await after("COMPLETED"), await after("RESCHEDULED")]).toEqual([
    "2",
    "27",
    "7",
  ]);
  await expectRight(portal, outcomes);
  await account.archive("meetings", meeting);
  await portal.settle();
  expect(await shown(portal, "1", "outcomes")).toBe("0");
});

const LOGGED = ["email_logged", "note_logged", "task_completed", "communication_logged"];

test("logged e-mails, notes, tasks and messages count, with their history and as they come", async () => {
  const past = LOGGED.map((type) => ({ id: type, type, occurredAt: AT }));
  await using portal = await openScoredPortal({
    records: people.map((person) => (person.id === "1" ? { ...person, events: past } : person)),
  });
  const { account } = portal;
  const logged = counting("Logged", LOGGED);
  const inbound = { property: "direction", operator: "IS_EQUAL_TO", values: ["INBOUND"] };
  const answers = counting("Answers", ["email_logged"], inbound);
  await portal.publish(logged, answers);
  expect(await shown(portal, "1", "logged")).toBe("1111");
  const email = { hs_timestamp: AT, hs_email_direction: "INCOMING_EMAIL", hs_email_status: "SENT" };
  const made: (readonly [string, string])[] = [
    ["emails", await account.create("emails", email)],
    ["emails", await account.create("emails", { ...email, hs_email_status: "FAILED" })],
    ["notes", await account.create("notes", { hs_timestamp: AT })],
    ["tasks", await account.create("tasks", { hs_timestamp: AT, hs_task_status: "NOT_STARTED" })],
    ["communications", await account.create("communications", { hs_timestamp: AT })],
  ];
  for (const [object, id] of made) await link(portal, object, id, { contact: "2" });
  await portal.settle();
  expect(await shown(portal, "2", "logged")).toBe("1011");
  const task = made.find(([object]) => object === "tasks")?.[1] ?? "";
  await account.change("tasks", task, { hs_task_status: "COMPLETED" });
  await portal.settle();
  expect(await shown(portal, "2", "logged")).toBe("1111");
  expect(await shown(portal, "2", "answers")).toBe("1");
  await expectRight(portal, logged, answers);
});
