import { callAllowance } from "../src/call-stops.ts";
import type { Context } from "../src/context.ts";
import { readBackfills } from "../src/scores/backfill-progress.ts";
import { testRecord } from "../src/scores/test-record.ts";
import { budgetLeft } from "../src/store/call-budgets.ts";
import { countBacklog } from "../src/store/open-work.ts";
import { countIntake, countLabels, latestChanges, type ScoreChange } from "../src/store/status.ts";

const CHANGES = 12;

/** The rules that gave a changed record its points, as far as they still do. */
async function reasonsFor(context: Context, portal: string, change: ScoreChange): Promise<string[]> {
  const test = { name: change.score, object: change.object, id: change.id, isDraft: false };
  try {
    const { groups } = await testRecord(context.db, portal, test, context.clock.now());
    return (groups ?? []).flatMap((group) =>
      group.rules
        .filter((rule) => rule.points !== 0)
        .map((rule) => `${rule.id} ${rule.points > 0 ? "+" : ""}${rule.points}`),
    );
  } catch {
    return [];
  }
}

/** What the status page shows: labels, backlog, notifications, call budget and the latest changes with reasons. */
export async function readStatus(context: Context, portal: string) {
  const { db, clock } = context;
  const changes = await latestChanges(db, portal, CHANGES);
  const withReasons = [];
  for (const change of changes)
    withReasons.push({ ...change, reasons: await reasonsFor(context, portal, change) });
  return {
    portal,
    now: new Date(clock.now()).toISOString(),
    labels: await countLabels(db, portal),
    intake: await countIntake(db, portal),
    backlog: await countBacklog(db, portal),
    runs: (await readBackfills(db, portal)).filter(({ finishedAt }) => finishedAt === null),
    budget: await budgetLeft(db, portal),
    calls: await callAllowance(db, clock, portal),
    changes: withReasons,
  };
}
