import { expect, test } from "vitest";
import { storeDeliveries } from "../../src/store/inbox.ts";
import { READINESS, TITLE, VISITS } from "./definitions.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

const PEOPLE = Array.from({ length: 40 }, (_, index) => String(index + 1));
const TITLES = ["chief", "manager", "clerk", "", "chief manager"];
const company = { object: "company", id: "900", properties: { industry: "RETAIL" } };
// Loading a company of this industry makes it one of the options.
const other = { object: "company", id: "901", properties: { industry: "SOFTWARE" } };
const records = [
  ...PEOPLE.map((id) => ({
    ...{ object: "contact", id, properties: { jobtitle: TITLES[Number(id) % 3] ?? "" } },
    associations: [company],
  })),
  company,
  other,
];
const SCORES = [TITLE, VISITS, READINESS] as const;
const HOUR_MS = 3_600_000;

/** A day in the account: titles change and change back, contacts go and come back, the company changes its trade. */
async function liveADay({ account, settle }: ScoredPortal): Promise<void> {
  for (let hour = 0; hour < 24; hour++) {
    await account.ask("POST", "/__clock", { advanceMs: HOUR_MS });
    for (const id of PEOPLE.filter((_, index) => (index * 7 + hour) % 5 === 0 && index > 3))
      await account.change("contact", id, {
        jobtitle: TITLES[(Number(id) + Math.floor(hour / 5)) % TITLES.length] ?? "",
      });
    if (hour % 6 === 1)
      await account.change("company", "900", { industry: hour > 12 ? "SOFTWARE" : "BANKING" });
    if (hour % 8 === 3) await settle();
  }
  await account.archive("contact", "2");
  await settle();
}

/** Every score as it stands: record, value, sides and label. */
async function scoresOf({ db, id }: ScoredPortal): Promise<unknown[]> {
  return db.query(
    `select s.name, r.record_id, r.value, r.engagement, r.fit, r.threshold
     from record_scores r join scores s using (portal_id, score_id) where r.portal_id = $1 order by s.name, r.record_id`,
    [id],
  );
}

type Stored = {
  readonly digest: string;
  readonly at: number;
  readonly body: Buffer;
  readonly events: number;
};

test("T77 a day of stored deliveries gives the same scores when it is replayed into a fresh database", async () => {
  await using lived = await openScoredPortal({ records });
  await lived.publish(...SCORES);
  const atStart = await scoresOf(lived);
  await liveADay(lived);
  lived.account.emulator.portal.clock.stop();
  await drain(lived.work, lived.id);
  const stored = await lived.db.query<Stored>(
    `select signature_digest as digest, received_at::float8 as at, body, event_count as events from inbox
     where portal_id = $1 order by inbox_id`,
    [lived.id],
  );
  expect(stored.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(100);

  // A fresh database beside an account as it was in the morning: all that is new comes from the deliveries.
  await using fresh = await openScoredPortal({ records });
  await fresh.publish(...SCORES);
  expect(await scoresOf(fresh)).toEqual(atStart);
  const clock = fresh.account.emulator.portal.clock;
  clock.stop();
  await fresh.account.ask("POST", "/__clock", { now: lived.work.clock.now() });
  const deliveries = stored.map(({ digest, at, body, events }) => ({
    ...{ portal: fresh.id, signatureDigest: digest, receivedAt: at, body, eventCount: events },
  }));
  await storeDeliveries(fresh.db, deliveries);
  await drain(fresh.work, fresh.id);
  const replayed = await scoresOf(fresh);
  expect(replayed).not.toEqual(atStart);
  expect(replayed).toEqual(await scoresOf(lived));
});
