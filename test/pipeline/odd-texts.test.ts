import { expect, test } from "vitest";
import { TITLE } from "./definitions.ts";
import { titleChange } from "./notifications.ts";
import { openScoredPortal } from "./scored-portal.ts";

const records = [{ object: "contact", id: "101", properties: { jobtitle: "clerk" } }];

test("a value with a NUL character or half a surrogate pair is taken in, and does not stop what comes after it", async () => {
  await using portal = await openScoredPortal({ records });
  const { account } = portal;
  await portal.publish(TITLE);
  await portal.receive([titleChange(portal, "101", "chief\u0000 \ud800")]);
  await portal.settle();
  expect((await account.values("contact")).get("101")?.["title_score"]).toBe("40");
});
