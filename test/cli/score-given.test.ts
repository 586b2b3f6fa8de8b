import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { listScores } from "../../src/store/scores.ts";
import { READINESS } from "../pipeline/definitions.ts";
import { openScoredPortal } from "../pipeline/scored-portal.ts";
import { drain } from "../pipeline/work-through.ts";
import { envOf } from "../service/service-process.ts";
import { startWorkflowServer } from "../webhooks/workflow-server.ts";
import { runCommand } from "./installation.ts";

const folder = mkdtempSync(join(tmpdir(), "scorekeeper-given-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("points given are listed with who and why, explained, and reasons are switched on and off", async () => {
  const records = [{ object: "contact", id: "101", properties: { jobtitle: "Chief of sales" } }];
  await using portal = await openScoredPortal({ records });
  await portal.publish(READINESS);
  await using server = await startWorkflowServer(portal.work, portal.id);
  const score = String((await listScores(portal.db, portal.id))[0]?.scoreId);
  const inputs = { points: "12.5", side: "engagement", expires_in_days: 10, reason: "Met at the fair" };
  await server.execute("adjust-score", { id: "101", score, inputs });
  const run = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await runCommand(folder, envOf(portal), ["score", ...args]);
    expect([status, stderr]).toEqual([0, ""]);
    return stdout;
  };
  const listed = await run("adjustments", "Readiness", "--record", "contact/101");
  expect(listed).toMatch(
    /workflow 192814114\s+\+12\.5\s+engagement\s+2026-10-11T\S+\s+in force\s+Met at the fair/,
  );
  const json = JSON.parse(await run("adjustments", "Readiness", "--record", "contact/101", "--json"));
  expect(json).toMatchObject({ by: "workflow 192814114", points: 12.5, inForce: true });
  const tested = await run("test", "Readiness", "--record", "contact/101");
  expect(tested).toMatch(/adjusted \(engagement\): \+12\.5, Met at the fair, until 2026-10-11T/);
  await run("reasons", "Readiness", "--on", "--no-wait");
  await drain(portal.work, portal.id);
  expect((await portal.account.values("contact")).get("101")).toMatchObject({
    ...{ readiness: "33", readiness_reasons: "chief +20, Adjusted: Met at the fair +12.5" },
  });
  expect(await run("reasons", "Readiness", "--off")).toMatch(/no longer writes/);
  const both = await runCommand(folder, envOf(portal), ["score", "reasons", "Readiness"]);
  expect(both.status).toBe(2);
}, 60_000);
