import { expect, test } from "vitest";
import { type EmailEvent, emailEvents } from "../../src/hubspot/marketing-email-events.ts";

const AT = 1_790_000_000_000;
const event = (id: string, type: string, ms: number, more: Partial<EmailEvent> = {}): EmailEvent => ({
  ...{ id, type, created: AT + ms, recipient: "Ann@Example.com", emailCampaignId: "7" },
  ...more,
});

const bots = (events: readonly EmailEvent[]) =>
  emailEvents(events, new Map())
    .filter((one) => one.event.properties["bot"] === "true")
    .map((one) => one.event.id);

test("flags openings and clicks less than ten seconds after sending or delivery, and those HubSpot filters out", () => {
  const late = { sentBy: { created: AT - 60_000 } };
  const page = [
    event("quick", "OPEN", 9_999, late),
    event("human", "OPEN", 10_000, late),
    event("click", "CLICK", 2_000, late),
    event("sent", "OPEN", 20_000, { sentBy: { created: AT + 15_000 } }),
    event("filtered", "CLICK", 90_000, { ...late, filteredEvent: true }),
    event("other campaign", "OPEN", 1_000, { ...late, emailCampaignId: "8" }),
    event("other person", "OPEN", 1_000, { ...late, recipient: "bob@example.com" }),
    event("bounce", "BOUNCE", 1_000),
    event("delivery", "DELIVERED", 0, { recipient: "ann@example.com" }),
  ];
  expect(bots(page)).toEqual(["mail:quick", "mail:click", "mail:sent", "mail:filtered"]);
});

test("names the contact in lower case and what the e-mail was; leaves out what scores know nothing of", () => {
  const changed = event("s", "STATUSCHANGE", 5, {
    portalSubscriptionStatus: "UNSUBSCRIBED",
    subscriptions: [{ id: "3", status: "UNSUBSCRIBED" }],
  });
  const campaigns = new Map([["7", { emailId: "99", name: "Spring" }]]);
  expect(
    emailEvents([changed, event("p", "PROCESSED", 1), event("n", "OPEN", 1, { recipient: " " })], campaigns),
  ).toEqual([
    {
      email: "ann@example.com",
      event: {
        ...{ id: "mail:s", type: "email_subscription_changed", occurredAt: AT + 5 },
        properties: {
          ...{ campaign_id: "7", email_id: "99", email_name: "Spring" },
          ...{ subscription_id: "3", status: "UNSUBSCRIBED" },
        },
      },
    },
  ]);
});
