import { expect, test, vi } from "vitest";
import { listScores } from "../../src/store/scores.ts";
import { define } from "../pipeline/definitions.ts";
import { openScoredPortal } from "../pipeline/scored-portal.ts";
import { defineWorkflow } from "../pipeline/workflows.ts";
import { untilShown } from "./deliveries.ts";
import { envOf, SECRET, startService } from "./service-process.ts";

const HOUR_MS = 3_600_000;
const START = Date.parse("2026-10-01T09:00:00.000Z");

/** 10 points for every call: calls are notified of whenever they were. */
const CALLS = define({
  ...{ schema: 1, name: "Calls", object: "contact", type: "engagement", limit: { max: 1000 } },
  property: { name: "call_score" },
  groups: [{ name: "Talks", side: "engagement", rules: [{ id: "call", event: "call_ended", points: 10 }] }],
});

function call(id: string, occurredAt: number) {
  return { id, type: "call_ended", occurredAt: new Date(occurredAt).toISOString() };
}

const contacts = ["101", "102", "103", "104", "105"];
const lost = ["102", "104"];
const records = contacts.map((id) => ({
  ...{ object: "contact", id, properties: {}, events: [call(`first-${id}`, START - 50 * HOUR_MS)] },
}));

test.each(["v3", "v2"] as const)(
  "T78 T79 a workflow signed with %s resets exactly the contacts that enrol, once, and for good",
  async (signature) => {
    await using portal = await openScoredPortal({ records });
    await portal.publish(CALLS);
    const { account, db, id } = portal;
    await using service = await startService(envOf(portal));
    await account.ask("POST", "/crm/properties/2026-09/contacts", {
      ...{ name: "outcome", label: "Outcome", groupName: "contactinformation" },
      ...{ type: "string", fieldType: "text" },
    });
    const score = String((await listScores(db, id))[0]?.scoreId);
    const workflow = await defineWorkflow(account, {
      ...{ url: service.url, action: "reset-score", clientSecret: SECRET, inputs: { score }, signature },
      enrol: { property: "outcome", value: "closed lost" },
    });
    const shows = (contact: string, value: string) =>
      untilShown(portal, { contact, property: "call_score", value });
    for (const contact of contacts)
      await account.change("contact", contact, {
        outcome: lost.includes(contact) ? "closed lost" : "closed won",
      });
    for (const contact of lost) await shows(contact, "0");
    const enrolled = await vi.waitFor(
      async () => {
        const all = await workflow.enrolments();
        expect(all.map(({ state }) => state)).toEqual(["SUCCESS", "SUCCESS"]);
        return all;
      },
      { timeout: 10_000, interval: 50 },
    );
    expect(enrolled.map(({ recordId }) => recordId)).toEqual(lost);
    const [first] = enrolled;
    expect(first?.outputs).toMatchObject({ previous_score: "10", new_score: "0" });
    const replayed = await workflow.replay(first?.callbackId ?? "");
    expect(replayed).toEqual({ status: 200, outputs: first?.outputs });
    const reset = portal.work.clock.now();
    const talk = async (contact: string, name: string, at: number) => {
      const events = [call(`${name}-${contact}`, at)];
      await account.ask("POST", "/__events", { object: "contact", id: contact, events });
    };
    for (const contact of contacts) await talk(contact, "older", START - HOUR_MS);
    for (const contact of contacts) await talk(contact, "newer", reset);
    for (const contact of contacts) await shows(contact, lost.includes(contact) ? "10" : "30");
  },
  120_000,
);
