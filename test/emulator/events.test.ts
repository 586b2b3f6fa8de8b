import { expect, it } from "vitest";
import { emulatedPortal } from "./emulated-portal.ts";

const OCCURRENCES = "/events/event-occurrences/2026-09";
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const visit = (id: string, minute: number) => ({
  id,
  type: "page_visited",
  occurredAt: at(minute),
  properties: { url: `/${id}` },
});

const data = [
  { object: "contact", id: "1", events: [visit("b", 1), visit("a", 1), visit("c", 3)] },
  {
    object: "contact",
    id: "2",
    events: [
      visit("a", 1),
      { id: "t", type: "custom:trial_started", occurredAt: at(2), properties: { plan: "pro" } },
    ],
  },
];

type Page = { results: { id: string; objectId: string }[]; paging?: { next: { after: string } } };

it("pages stably by instant, id and record, both ways, also while events arrive", async () => {
  await using portal = await emulatedPortal({ data });
  const walk = async (sort: string, between: () => Promise<unknown> = async () => undefined) => {
    const seen: string[] = [];
    for (let after: string | undefined = ""; after !== undefined; ) {
      const query = new URLSearchParams({
        eventType: "e_visited_page",
        sort,
        limit: "2",
        ...(after ? { after } : {}),
      });
      const page = (await portal.get(`${OCCURRENCES}?${query}`)).body as Page;
      seen.push(...page.results.map(({ id, objectId }) => `${id}${objectId}`));
      after = page.paging?.next.after;
      await between();
    }
    return seen;
  };
  expect(await walk("occurredAt")).toEqual(["a1", "a2", "b1", "c1"]);
  expect(await walk("-occurredAt")).toEqual(["c1", "b1", "a2", "a1"]);
  const early = Array.from({ length: 20 }, (_, index) => visit(`0${index}`, 0));
  const addEarly = () => portal.post("/__events", { object: "contact", id: "2", events: early.splice(0, 1) });
  expect(await walk("occurredAt", addEarly)).toEqual(["a1", "a2", "b1", "c1"]);
});

it("filters by record, type and instants (both bounds exclusive)", async () => {
  await using portal = await emulatedPortal({ data });
  const ids = async (query: string) =>
    ((await portal.get(`${OCCURRENCES}?sort=occurredAt&${query}`)).body as Page).results.map(({ id }) => id);
  expect(await ids("objectType=contact&objectId=2")).toEqual(["a", "t"]);
  expect(await ids(`occurredAfter=${at(1)}`)).toEqual(["t", "c"]);
  expect(await ids(`occurredBefore=${at(2)}&eventType=e_visited_page`)).toEqual(["a", "a", "b"]);
  expect(await ids("id=c&id=t")).toEqual(["t", "c"]);
  expect((await portal.get(`${OCCURRENCES}?limit=1001`)).status).toBe(400);
});

it("names the event types and takes custom events", async () => {
  await using portal = await emulatedPortal({ data });
  const { eventTypes } = (await portal.get(`${OCCURRENCES}/event-types`)).body as { eventTypes: string[] };
  expect(eventTypes).toEqual(
    expect.arrayContaining(["e_visited_page", "e_form_submission_v2", "pe9999_trial_started"]),
  );
  const sent = {
    eventName: "pe9999_login",
    objectId: "1",
    occurredAt: at(9),
    properties: { device: "phone" },
  };
  expect((await portal.post("/events/custom/2026-09/send", sent)).status).toBe(204);
  expect((await portal.get(`${OCCURRENCES}?eventType=pe9999_login`)).body).toMatchObject({
    results: [{ objectType: "CONTACT", objectId: "1", occurredAt: at(9), properties: { device: "phone" } }],
  });
});
