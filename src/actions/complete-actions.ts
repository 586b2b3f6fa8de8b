import type { ScoreCatalogue } from "../scores/score-catalogue.ts";
import { loadRecordFacts, valueRecord } from "../scores/value-records.ts";
import type { BlockedExecution, Outputs } from "../store/action-callbacks.ts";
import type { Queryable } from "../store/database.ts";
import { ActionFailure, failureOutputs } from "./action-failure.ts";
import { ACTIONS, isActionName } from "./actions.ts";
import { type FoundScore, findScoreInForce, recordNotFound } from "./find-target.ts";

type Group = { readonly found: FoundScore; readonly executions: readonly BlockedExecution[] };

/** What was told already, without that the workflow is to wait. */
export function toldBefore({ outputs }: BlockedExecution): Outputs {
  const told = Object.entries(outputs).filter(([name]) => !name.startsWith("hs_"));
  return { ...Object.fromEntries(told), hs_execution_state: "SUCCESS" };
}

async function outputsOfGroup(
  db: Queryable,
  portal: string,
  { found, executions }: Group,
  at: number,
): Promise<Map<string, Outputs>> {
  const { inForce: score, needs } = found;
  const ids = executions.map(({ id }) => id);
  const facts = score ? await loadRecordFacts(db, portal, { score, needs, ids }) : undefined;
  return new Map(
    executions.map((execution) => {
      const own = facts?.get(execution.id);
      if (!score || !own || !isActionName(execution.action))
        return [execution.callbackId, failureOutputs(recordNotFound(execution.object))];
      const value = ACTIONS[execution.action].outputs(valueRecord(score, own, at));
      return [execution.callbackId, { ...toldBefore(execution), ...value, hs_execution_state: "SUCCESS" }];
    }),
  );
}

async function answersOfScore(
  deps: { readonly db: Queryable; readonly catalogue: ScoreCatalogue },
  portal: string,
  executions: readonly [BlockedExecution, ...BlockedExecution[]],
  at: number,
): Promise<Map<string, Outputs>> {
  try {
    const found = await findScoreInForce(deps.db, deps.catalogue, portal, executions[0]);
    return await outputsOfGroup(deps.db, portal, { found, executions }, at);
  } catch (error) {
    if (!(error instanceof ActionFailure)) throw error;
    return new Map(executions.map(({ callbackId }) => [callbackId, failureOutputs(error)]));
  }
}

/** Returns the final answers of blocked executions at `at` (ms), by callback id; those of one score are valued together. */
export async function finalAnswers(
  deps: { readonly db: Queryable; readonly catalogue: ScoreCatalogue },
  portal: string,
  blocked: readonly BlockedExecution[],
  at: number,
): Promise<Map<string, Outputs>> {
  const answers = new Map<string, Outputs>();
  for (const own of Map.groupBy(blocked, ({ object, score }) => `${object} ${score}`).values()) {
    const [first, ...others] = own;
    if (!first) continue;
    for (const [callbackId, outputs] of await answersOfScore(deps, portal, [first, ...others], at))
      answers.set(callbackId, outputs);
  }
  return answers;
}
