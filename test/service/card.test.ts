import { expect, test, vi } from "vitest";
import { scoreAnswerSchema } from "../../src/card/score-answer.ts";
import { VISITS } from "../pipeline/definitions.ts";
import { openScoredPortal } from "../pipeline/scored-portal.ts";
import { callForPage } from "../webhooks/card-server.ts";
import { envOf, SECRET, startService } from "./service-process.ts";

const visit = { id: "v1", type: "page_visited", occurredAt: "2026-09-30T09:00:00.000Z" };
const records = [{ object: "contact", id: "101", properties: {}, events: [visit] }];

test("pressing reset on the card of the running service brings the property in HubSpot to 0 within seconds", async () => {
  await using portal = await openScoredPortal({ records });
  await portal.publish(VISITS);
  await using service = await startService(envOf(portal));
  const { url } = service;
  const called = { origin: url, portal: portal.id, now: () => portal.work.clock.now() };
  const card = `${url}/card/score?objectTypeId=0-1&objectId=101`;
  const unsigned = await callForPage(called, card, { sign: "not at all" });
  expect(unsigned.status).toBe(401);
  const shown = await callForPage(called, card, { secret: SECRET });
  const [score] = scoreAnswerSchema.parse(await shown.json()).scores;
  expect(score).toMatchObject({ name: "Visits", value: 10 });
  const record = { objectTypeId: "0-1", objectId: "101" };
  const body = { ...record, score: score?.score };
  const reset = await callForPage(called, `${url}/card/reset`, { method: "POST", body, secret: SECRET });
  expect(scoreAnswerSchema.parse(await reset.json()).scores).toMatchObject([{ value: 0 }]);
  await vi.waitFor(
    async () =>
      expect((await portal.account.values("contact")).get("101")).toMatchObject({ visit_score: "0" }),
    { timeout: 10_000, interval: 50 },
  );
  const settings = await callForPage(called, `${url}/card/settings`, { secret: SECRET });
  expect(await settings.json()).toMatchObject({ portal: { status: "active" }, consoleUrl: url });
}, 90_000);
