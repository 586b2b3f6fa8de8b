import { expect, test } from "vitest";
import { backgroundClient } from "../../src/background-client.ts";
import { callAllowance } from "../../src/call-stops.ts";
import { callOnce, openCalls } from "./open-calls.ts";

const DAILY = 500;
/** 22:00 in New York, two hours before the day ends there. */
const EVENING = Date.UTC(2026, 5, 2, 2);

async function spend(calls: Awaited<ReturnType<typeof openCalls>>, until: number): Promise<void> {
  const { emulator } = calls;
  for (let left = DAILY; left > until; left--) {
    const answer = await fetch(`${emulator.url}/account-info/2026-09/details`, {
      headers: { authorization: `Bearer ${emulator.token}` },
    });
    await answer.arrayBuffer();
  }
}

test("T49 background calls stop at the reserve, live ones before the day's last, all go on at the portal's midnight", async () => {
  await using calls = await openCalls({ daily: DAILY, clock: EVENING });
  const [live] = calls.clients;
  const background = backgroundClient(calls, calls.id, live);
  expect(await callOnce(background)).toBe("ok");
  expect(await callAllowance(calls.db, calls.clock, calls.id)).toEqual({
    ...{ live: true, background: true, day: { limit: DAILY, remaining: DAILY - 1 } },
  });
  await spend(calls, 51);
  expect(await callOnce(live)).toBe("ok");
  expect(await callOnce(background)).toBe("PAUSED");
  expect(await callAllowance(calls.db, calls.clock, calls.id)).toMatchObject({
    ...{ live: true, background: false, stop: { by: "reserve" } },
  });
  const outcomes: string[] = [];
  for (let call = 0; call < 12; call++) outcomes.push(await callOnce(live));
  expect(outcomes).toEqual([...Array.from({ length: 9 }, () => "ok"), "PAUSED", "PAUSED", "PAUSED"]);
  const { stop } = await callAllowance(calls.db, calls.clock, calls.id);
  expect(stop?.by).toBe("day");
  expect(stop?.waitMs).toBeGreaterThan(7_100_000);
  expect(stop?.waitMs).toBeLessThanOrEqual(7_200_000);
  await calls.control("POST", "/__clock", { advanceMs: 7_300_000 });
  expect(await callOnce(live)).toBe("ok");
  expect(await callOnce(background)).toBe("ok");
});

test("T49 a 429 for the day, of which no header told, stops all processes until the portal's midnight", async () => {
  await using calls = await openCalls({ clock: EVENING });
  const [one, other] = calls.clients;
  await calls.control("POST", "/__faults", { status: 429, body: { policyName: "DAILY" } });
  expect(await callOnce(one)).toBe("RATE_LIMITED");
  const before = await calls.received();
  expect(await callOnce(other)).toBe("PAUSED");
  await calls.control("POST", "/__clock", { advanceMs: 6_900_000 });
  expect(await callOnce(other)).toBe("PAUSED");
  expect(await calls.received()).toBe(before);
  await calls.control("POST", "/__clock", { advanceMs: 400_000 });
  expect(await callOnce(other)).toBe("ok");
});

test("a count of the former day that arrives right after midnight does not stop the new day", async () => {
  await using calls = await openCalls({ daily: DAILY, clock: Date.UTC(2026, 5, 2, 4, 0, 5) });
  const [live] = calls.clients;
  await spend(calls, 45);
  expect(await callOnce(live)).toBe("ok");
  expect(await callAllowance(calls.db, calls.clock, calls.id)).toMatchObject({
    live: true,
    background: true,
  });
});
