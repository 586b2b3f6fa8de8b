import { expect, test } from "vitest";
import { TITLE } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { counted, shown, writesAfter } from "./notifications.ts";
import { openScoredPortal } from "./scored-portal.ts";

const records = ["1", "2", "3"].map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));
const UPDATE = "/crm/objects/2026-09/contacts/batch/update";

test.each([
  ["cuts the connection", { drop: true }],
  ["answers too late", { delayMs: 2_000 }],
])(
  "T55 HubSpot applies a write and %s: the retry changes nothing, the ledger matches",
  async (_what, fault) => {
    await using portal = await openScoredPortal({ records, timeoutMs: 800 });
    const { account, db, id } = portal;
    await portal.publish(TITLE);
    const subscriptions = ["jobtitle", "title_score"].map((propertyName) => ({
      ...{ subscriptionType: "contact.propertyChange", propertyName },
    }));
    const app = { targetUrl: portal.receiverUrl, clientSecret: "a-client-secret", subscriptions };
    await account.ask("POST", "/__webhooks", app);
    await account.ask("POST", "/__faults", { path: UPDATE, applied: true, ...fault });
    const before = await account.lastCall();
    await account.change("contact", "1", { jobtitle: "chief" });
    await portal.settle();
    const writes = (await writesAfter(portal, before)).filter(({ ids }) => ids.includes("1"));
    expect(writes).toHaveLength(2);
    expect(await shown(portal, "1", "title_score")).toBe("40");
    const [ledger] = await db.query<{ desired: object; held: object; pending: boolean; attempts: number }>(
      "select desired, held, pending, attempts from pending_writes where portal_id = $1 and record_id = '1'",
      [id],
    );
    expect(ledger).toMatchObject({ pending: false, attempts: 0 });
    expect(ledger?.held).toMatchObject(ledger?.desired ?? {});
    await portal.settle();
    // HubSpot told of the value once, when it first took it: the second write changed nothing.
    expect(await counted(portal, "echo_dropped_total")).toBe(1);
    await expectRight(portal, TITLE);
  },
);
