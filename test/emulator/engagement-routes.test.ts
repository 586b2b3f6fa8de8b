import { expect, it } from "vitest";
import { emulatedPortal } from "./emulated-portal.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const event = (id: string, type: string, minute: number, properties: object = {}) => ({
  ...{ id, type, occurredAt: at(minute), properties },
});
const data = [
  {
    ...{ object: "contact", id: "1", properties: { email: "Ann@Example.com" } },
    events: [
      event("s1", "form_submitted", 1, { form_id: "demo", form_name: "Demo", page_url: "/demo" }),
      event("s2", "form_submitted", 2, { form_id: "demo" }),
      event("d", "email_delivered", 3, { email_id: "99", email_name: "Spring", campaign_id: "7" }),
      event("o", "email_opened", 4, { email_id: "99", campaign_id: "7", bot: "true" }),
      event("t1", "conversation_started", 5, { channel: "CHAT" }),
      event("t2", "conversation_started", 6, { channel: "EMAIL" }),
    ],
  },
  { object: "contact", id: "2", events: [event("nobody", "form_submitted", 9, { form_id: "news" })] },
];

it("lists forms, and a form's submissions newest first", async () => {
  await using portal = await emulatedPortal({ data });
  expect((await portal.get("/marketing/forms/2026-09-beta?limit=1")).body).toMatchObject({
    ...{ results: [{ id: "demo", name: "Demo" }], paging: { next: { after: "1" } } },
  });
  const path = "/form-integrations/v1/submissions/forms/demo";
  expect((await portal.get(`${path}?limit=1`)).body).toMatchObject({
    ...{
      results: [{ conversionId: "s2", submittedAt: Date.parse(at(2)) }],
      paging: { next: { after: "1" } },
    },
  });
  expect((await portal.get(`${path}?limit=1&after=1`)).body).toEqual({
    results: [
      {
        ...{ conversionId: "s1", submittedAt: Date.parse(at(1)), pageUrl: "/demo" },
        values: [{ name: "email", value: "Ann@Example.com", objectTypeId: "0-1" }],
      },
    ],
  });
  expect((await portal.get(`${path}?limit=51`)).status).toBe(400);
  expect((await portal.get("/form-integrations/v1/submissions/forms/none")).status).toBe(404);
});

it("lists e-mail events newest first within bounds, and what a campaign sends", async () => {
  await using portal = await emulatedPortal({ data });
  const events = "/email/public/v1/events";
  expect((await portal.get(events)).body).toMatchObject({
    events: [
      { id: "o", type: "OPEN", recipient: "Ann@Example.com", filteredEvent: true, emailCampaignId: 7 },
      { id: "d", type: "DELIVERED", created: Date.parse(at(3)) },
    ],
    hasMore: false,
  });
  expect((await portal.get(`${events}?endTimestamp=${Date.parse(at(3))}`)).body).toMatchObject({
    events: [{ id: "d" }],
  });
  expect((await portal.get(`${events}?limit=1`)).body).toMatchObject({ hasMore: true });
  expect((await portal.get("/email/public/v1/campaigns/7")).body).toMatchObject({
    contentId: "99",
    name: "Spring",
  });
});

it("lists conversations, those in which something was said since, and channels", async () => {
  await using portal = await emulatedPortal({ data });
  const threads = "/conversations/conversations/2026-09/threads";
  const said = `sort=latestMessageTimestamp&latestMessageTimestampAfter=${at(5)}`;
  expect((await portal.get(`${threads}?${said}`)).body).toMatchObject({
    results: [{ id: "t2", associatedContactId: "1", createdAt: at(6), originalChannelId: "1002" }],
  });
  expect((await portal.get(threads)).body).toMatchObject({ results: [{ id: "t1" }, { id: "t2" }] });
  expect((await portal.get(`${threads}?sort=latestMessageTimestamp`)).status).toBe(400);
  expect((await portal.get("/conversations/conversations/2026-09/channels")).body).toMatchObject({
    results: expect.arrayContaining([{ id: "1002", name: "EMAIL" }]),
  });
});

it("refuses by edition and serves nothing else of these APIs", async () => {
  await using free = await emulatedPortal({ data, tier: "free" });
  expect((await free.get("/email/public/v1/events")).status).toBe(403);
  expect((await free.get("/marketing/forms/2026-09-beta")).status).toBe(200);
  expect((await free.get("/marketing/forms/2026-09-beta/demo")).status).toBe(501);
  expect((await free.get("/conversations/conversations/2026-09/inboxes")).status).toBe(501);
});
