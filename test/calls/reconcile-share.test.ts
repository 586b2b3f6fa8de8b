import { expect, test } from "vitest";
import { reconcileClient } from "../../src/reconcile-client.ts";
import { callOnce, openCalls } from "./open-calls.ts";

/** How long (ms) these calls of the reconciler take, one after the other. */
async function timeCalls(burst: number, share: number): Promise<number> {
  await using calls = await openCalls({ burst });
  const [plain] = calls.clients;
  expect(await callOnce(plain)).toBe("ok");
  const client = await reconcileClient(calls, calls.id, plain, share);
  await callOnce(client);
  const startedAt = performance.now();
  for (let call = 0; call < 4; call++) expect(await callOnce(client)).toBe("ok");
  return performance.now() - startedAt;
}

test("the reconciler keeps to its share of the rate that HubSpot's answers tell, others are not slowed", async () => {
  // A tenth of 190 calls is one call every 625 ms, a half of 500 one in 45 ms.
  expect(await timeCalls(190, 10)).toBeGreaterThan(1_800);
  expect(await timeCalls(500, 50)).toBeLessThan(1_500);
});

test("what the reconciler does not use, others may", async () => {
  await using calls = await openCalls({ burst: 190 });
  const [plain] = calls.clients;
  await callOnce(plain);
  await reconcileClient(calls, calls.id, plain, 100);
  const startedAt = performance.now();
  for (let call = 0; call < 8; call++) expect(await callOnce(plain)).toBe("ok");
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
