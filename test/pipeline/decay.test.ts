import { expect, test } from "vitest";
import { TITLE, VISITS } from "./definitions.ts";
import { expectRight } from "./expected-values.ts";
import { openScoredPortal } from "./scored-portal.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-10-01T09:00:00.000Z");

/** Days that have passed since a contact's visits; whoever has an entry between 0 and 60 changes within 30 days. */
const VISITED: Readonly<Record<string, readonly number[]>> = {
  "101": [29],
  "102": [1],
  "103": [40],
  "104": [59.9],
  "105": [70],
  "106": [200, 5],
  "107": [],
  "108": [90, 61],
};

const records = Object.entries(VISITED).map(([id, days]) => ({
  ...{ object: "contact", id, properties: { jobtitle: "chief" } },
  events: days.map((ago, index) => ({
    ...{ id: `${id}-${index}`, type: "page_visited" },
    occurredAt: new Date(START - ago * DAY_MS).toISOString(),
  })),
}));

test("10 points that halve every 30 days: 30 days later exactly the affected contacts are written, no other is named", async () => {
  await using portal = await openScoredPortal({ records });
  const { account } = portal;
  await portal.publish(VISITS, TITLE);
  await expectRight(portal, VISITS, TITLE);
  const values = async () =>
    new Map([...(await account.values("contact"))].map(([id, one]) => [id, one["visit_score"]]));
  const old = await values();
  expect([...old.values()]).toEqual(["10", "10", "5", "5", "0", "10", "0", "0"]);
  const before = await account.lastCall();
  await account.moveDays(30);
  await portal.settle();
  const fresh = await values();
  const affected = [...fresh].filter(([id, value]) => old.get(id) !== value).map(([id]) => id);
  expect(affected).toEqual(["101", "102", "103", "104", "106"]);
  const calls = await account.callsAfter(before);
  expect([...new Set(calls.flatMap(({ ids }) => ids))].sort()).toEqual(affected);
  const written = calls.filter(({ path }) => path.endsWith("/batch/update"));
  expect(written).toHaveLength(1);
  expect(written[0]?.properties).toEqual(["visit_score"]);
  await expectRight(portal, VISITS, TITLE);
});
