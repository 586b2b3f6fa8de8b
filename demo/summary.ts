import { z } from "zod";
import type { Context } from "../src/context.ts";
import { countLabels } from "../src/store/status.ts";
import type { EmulatedPortal } from "./emulated-portal.ts";

const callPage = z.object({
  calls: z.array(z.object({ path: z.string(), ids: z.array(z.string()).optional() })),
});

/** How many batch updates the portal got, and how many records they held. */
async function countWrites(emulated: EmulatedPortal): Promise<{ calls: number; records: number }> {
  const { calls } = callPage.parse(await emulated.json("/__calls?after=0"));
  const writes = calls.filter((call) => call.path.endsWith("/batch/update"));
  return { calls: writes.length, records: writes.reduce((sum, call) => sum + (call.ids?.length ?? 0), 0) };
}

/** Prints what the run came to: the instant, records scored, labels, calls, notifications and seconds. */
export async function printSummary(
  context: Context,
  emulated: EmulatedPortal,
  run: { readonly stoppedAt: string; readonly seconds: number },
): Promise<void> {
  const { calls, notificationsSent } = await emulated.state();
  const labels = await countLabels(context.db, emulated.portal);
  console.log(`clock stopped at ${run.stoppedAt}`);
  const records = new Set(labels.map((row) => row.object));
  for (const object of records) {
    const counts = labels.filter((row) => row.object === object);
    const first = counts[0]?.score;
    const scored = counts.filter((row) => row.score === first).reduce((sum, row) => sum + row.records, 0);
    console.log(`records scored: ${scored} ${object}`);
  }
  for (const [score, rows] of Map.groupBy(labels, (row) => row.score)) {
    console.log(`  ${score}: ${rows.map((row) => `${row.label ?? "no label"} ${row.records}`).join(", ")}`);
  }
  const writes = await countWrites(emulated);
  console.log(`API calls: ${calls}, of them ${writes.calls} writing ${writes.records} records`);
  console.log(`notifications: ${notificationsSent}`);
  console.log(`seconds: ${run.seconds.toFixed(1)}`);
}
