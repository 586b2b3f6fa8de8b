import { dropValues } from "../store/pending-writes.ts";
import { publishedScores, setReasons } from "../store/scores.ts";
import { ensureProperties } from "./ensure-properties.ts";
import { conflictsAmong, PublishError } from "./publish-checks.ts";
import { type PublishDeps, startRuns } from "./publish-scores.ts";
import { reasonFaults, reasonProperties } from "./reason-properties.ts";
import { definitionOf, requireScore } from "./score-life.ts";

/**
 * Lets a score also write why it gives its values, or no longer. On, the properties are made, and where the score is on,
 * a run writes them on every record; off, they keep their last values. Returns the runs' ids.
 * @throws PublishError where a property of such a name is in use.
 */
export async function switchReasons(
  deps: PublishDeps,
  portal: string,
  change: { readonly name: string; readonly isOn: boolean },
): Promise<readonly string[]> {
  const { db, client } = deps;
  const score = await requireScore(db, portal, change.name);
  const { scoreId, object } = score;
  const newest = score.nextVersion ?? score.liveVersion ?? undefined;
  const definition = await definitionOf(db, portal, score, newest);
  if (!change.isOn) {
    const names = reasonProperties(definition).map(({ name }) => name);
    await db.transaction(async (tx) => {
      await setReasons(tx, portal, scoreId, false);
      await dropValues(tx, portal, object, names);
    });
    return [];
  }
  const others = (await publishedScores(db, portal)).filter((one) => one.scoreId !== scoreId);
  const writing = { definition, hasReasons: true };
  const faults = [...reasonFaults(definition), ...conflictsAmong([...others, writing])];
  if (faults.length > 0) throw new PublishError(faults);
  const isOn = score.status === "on";
  if (isOn) await ensureProperties(client, writing);
  const runs = await db.transaction(async (tx) => {
    await setReasons(tx, portal, scoreId, true);
    return isOn ? startRuns(tx, portal, [object]) : [];
  });
  await deps.wake();
  return runs;
}
