import { afterAll, beforeAll, expect, test } from "vitest";
import { listScores } from "../../src/store/scores.ts";
import { READINESS } from "../pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { startWorkflowServer, type WorkflowServer } from "./workflow-server.ts";

const TABLES = ["resets", "adjustments", "action_callbacks"];
const records = ["101", "102", "103"].map((id) => ({
  ...{ object: "contact", id, properties: { jobtitle: "Chief of sales" } },
}));

let portal: ScoredPortal;
let server: WorkflowServer;
let score: string;

beforeAll(async () => {
  portal = await openScoredPortal({ records });
  await portal.publish(READINESS);
  score = String((await listScores(portal.db, portal.id))[0]?.scoreId);
  server = await startWorkflowServer(portal.work, portal.id);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

async function touch(id: string) {
  await server.execute("reset-score", { id, score });
  const inputs = { points: 5, side: "fit", reason: `Met number ${id}` };
  await server.execute("adjust-score", { id, score, inputs });
}

async function rowsOf(id: string): Promise<number[]> {
  const counts: number[] = [];
  for (const table of TABLES) {
    const [row] = await portal.db.query<{ rows: number }>(
      `select count(*)::int as rows from ${table} where portal_id = $1 and record_id = $2`,
      [portal.id, id],
    );
    counts.push(row?.rows ?? 0);
  }
  return counts;
}

test("T39 a merged record keeps what workflows gave its parts, and the old id leads to it", async () => {
  await touch("101");
  await touch("102");
  const merged = await portal.account.merge("101", "102");
  await portal.settle();
  expect(await rowsOf("101")).toEqual([0, 0, 0]);
  expect(await rowsOf(merged)).toEqual([2, 2, 4]);
  const outputs = await server.execute("get-score", { id: "102", score });
  expect(outputs).toMatchObject({ value: "30", top_reasons: expect.stringContaining("Met number 102 +5") });
});

test("T36 of an erased contact nothing stays that workflows did or were told, and nothing comes again", async () => {
  await touch("103");
  await portal.account.erase("103");
  await portal.settle();
  expect(await rowsOf("103")).toEqual([0, 0, 0]);
  expect(await server.execute("reset-score", { id: "103", score })).toMatchObject({
    error_code: "RECORD_NOT_FOUND",
  });
  expect(await rowsOf("103")).toEqual([0, 0, 0]);
});
