import { expect, test } from "vitest";
import { signRequest } from "../../src/hubspot/signature.ts";
import { titleChange } from "./notifications.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";

const BATCHES = 150;
const IN_FLIGHT = 10;

/** Sends a signed batch and returns the status of the answer and how long it took (ms). */
async function send({ receiverUrl, work }: ScoredPortal, text: string) {
  const body = Buffer.from(text);
  const headers = signRequest(
    { method: "POST", uri: receiverUrl, body },
    "a-client-secret",
    work.clock.now(),
  );
  const startedAt = performance.now();
  const answer = await fetch(receiverUrl, { method: "POST", body, headers });
  await answer.arrayBuffer();
  return { status: answer.status, ms: performance.now() - startedAt };
}

test("T18 batches of 100 events, ten in flight, are all committed before they are answered, below 5 s", async () => {
  await using portal = await openScoredPortal({ records: [] });
  const batches = Array.from({ length: BATCHES }, (_, batch) =>
    JSON.stringify(
      Array.from({ length: 100 }, (_, index) =>
        titleChange(portal, String(batch * 100 + index + 1), "chief"),
      ),
    ),
  );
  const answers: { status: number; ms: number }[] = [];
  const lane = async (): Promise<void> => {
    for (let text = batches.pop(); text !== undefined; text = batches.pop())
      answers.push(await send(portal, text));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const [stored] = await portal.db.query<{ deliveries: number; events: number }>(
    "select count(*)::int as deliveries, sum(event_count)::int as events from inbox where portal_id = $1",
    [portal.id],
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(stored).toEqual({ deliveries: BATCHES, events: BATCHES * 100 });
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const [median, p99, slowest] = [0.5, 0.99, 1].map((part) => times[Math.ceil(part * BATCHES) - 1] ?? 0);
  expect(slowest).toBeLessThan(5_000);
  process.stdout.write(
    `receiver: ${BATCHES} batches of 100, median ${median?.toFixed(0)} ms, p99 ${p99?.toFixed(0)} ms, slowest ${slowest?.toFixed(0)} ms\n`,
  );
});
