import { expect, test } from "vitest";
import { callAllowance } from "../../src/call-stops.ts";
import { type Calls, callOnce, openCalls } from "./open-calls.ts";

/** Lets everything that stops the portal's calls for a time be over. */
async function passPauses({ db, id }: Calls): Promise<void> {
  await db.query(
    "update call_breakers set open_until = clock_timestamp() where portal_id = $1 and open_until is not null",
    [id],
  );
  await db.query("update call_budgets set parked_until = null where portal_id = $1", [id]);
}

async function failNext(calls: Calls, times: number, fault: object = { status: 503 }): Promise<void> {
  await calls.control("POST", "/__faults", { ...fault, times });
}

/** Fails often enough for the breaker to open. */
async function openBreaker(calls: Calls, fault?: object): Promise<void> {
  const [one, other] = calls.clients;
  await failNext(calls, 5, fault);
  for (const client of [one, other, one, other, one]) {
    await callOnce(client);
    await passPauses(calls);
  }
}

test.each([
  ["500s", { status: 500 }],
  ["524s", { status: 524 }],
  ["cut connections", { drop: true }],
])("T51 after five %s in a row no process calls the portal any more", async (_what, fault) => {
  await using calls = await openCalls();
  const [one, other] = calls.clients;
  await failNext(calls, 5, fault);
  for (const client of [one, other, one, other, one]) {
    expect(await callOnce(client)).not.toBe("PAUSED");
    await calls.db.query("update call_budgets set parked_until = null");
  }
  expect(calls.changes).toEqual(["opened"]);
  const before = await calls.received();
  for (const client of [one, other]) expect(await callOnce(client)).toBe("PAUSED");
  expect(await calls.received()).toBe(before);
  const { live, stop } = await callAllowance(calls.db, calls.clock, calls.id);
  expect(live).toBe(false);
  expect(stop?.by).toBe("breaker");
  expect(stop?.waitMs).toBeGreaterThan(0);
  expect(await callAllowance(calls.db, calls.clock, "4711")).toMatchObject({ live: true, background: true });
});

test("T51 after the pause one call at a time tries; success lets all calls through again", async () => {
  await using calls = await openCalls();
  const [one, other] = calls.clients;
  await openBreaker(calls);
  await calls.control("POST", "/__faults", { delayMs: 300 });
  const before = await calls.received();
  const outcomes = await Promise.all([one, other, one, other].map(callOnce));
  expect(outcomes.toSorted()).toEqual(["PAUSED", "PAUSED", "PAUSED", "ok"]);
  expect(await calls.received()).toBe(before + 1);
  expect(await Promise.all([one, other, one].map(callOnce))).toEqual(["ok", "ok", "ok"]);
  expect(calls.changes).toEqual(["opened", "closed"]);
});

test("T51 a try that fails stops calls for longer each time", async () => {
  await using calls = await openCalls();
  const [one] = calls.clients;
  await openBreaker(calls);
  const waits: number[] = [];
  for (let round = 0; round < 4; round++) {
    await failNext(calls, 1);
    expect(await callOnce(one)).toBe("SERVER_ERROR");
    const { stop } = await callAllowance(calls.db, calls.clock, calls.id);
    waits.push(stop?.waitMs ?? 0);
    await passPauses(calls);
  }
  const [first = 0] = waits;
  for (const [round, wait] of waits.entries()) expect(wait / first / 2 ** round).toBeCloseTo(1, 0);
  expect(first).toBeGreaterThan(3_000);
  expect(await callOnce(one)).toBe("ok");
});

test("failures with successes between them do not open the breaker, refusals neither", async () => {
  await using calls = await openCalls();
  const [one, other] = calls.clients;
  for (let round = 0; round < 3; round++) {
    await failNext(calls, 4);
    for (const client of [one, other, one, other]) {
      expect(await callOnce(client)).toBe("SERVER_ERROR");
      await passPauses(calls);
    }
    expect(await callOnce(one)).toBe("ok");
  }
  await failNext(calls, 8, { status: 404 });
  for (let call = 0; call < 8; call++) expect(await callOnce(one)).toBe("NOT_FOUND");
  expect(calls.changes).toEqual([]);
});
