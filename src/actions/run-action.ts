import type { ScoreCatalogue } from "../scores/score-catalogue.ts";
import { loadRecordFacts, type RecordFacts, valueRecord } from "../scores/value-records.ts";
import {
  beginExecution,
  type Execution,
  type KeptAnswer,
  keepAnswer,
  type Outputs,
} from "../store/action-callbacks.ts";
import type { Database, Queryable } from "../store/database.ts";
import { loadInterventions } from "../store/interventions.ts";
import { ActionFailure, failureOutputs } from "./action-failure.ts";
import { requireNamed } from "./action-inputs.ts";
import { ACTIONS, type ActionName, valueOutput } from "./actions.ts";
import { findTarget, type Target } from "./find-target.ts";

/** An execution with what its action is told. */
export type ActionCall = Execution & {
  readonly action: ActionName;
  readonly inputs: unknown;
  /** Who asked, for the record. */
  readonly by: string;
};

/** How long a workflow waits for a value at most (ms, and in ISO 8601 for HubSpot); then it goes on without. */
const BLOCK_MS = 3_600_000;
const BLOCK_DURATION = "PT1H";

async function factsOf(
  tx: Queryable,
  portal: string,
  { inForce, needs, id }: Target,
): Promise<RecordFacts | undefined> {
  if (!inForce) return undefined;
  return (await loadRecordFacts(tx, portal, { score: inForce, needs, ids: [id] })).get(id);
}

async function actOn(
  tx: Queryable,
  portal: string,
  target: Target,
  work: { readonly call: ActionCall; readonly at: number },
): Promise<KeptAnswer> {
  const { call, at } = work;
  const action = ACTIONS[call.action];
  const { scoreId, inForce, id, isLate } = target;
  const facts = await factsOf(tx, portal, target);
  const value = (seen: RecordFacts) => (inForce ? valueRecord(inForce, seen, at) : undefined);
  const before = facts && action.tellsPrevious ? value(facts) : undefined;
  await action.act(tx, { ...target, portal, at, inputs: call.inputs, by: call.by });
  const previous = before ? valueOutput("previous_score", before) : {};
  if (isLate) {
    const block = { hs_execution_state: "BLOCK", hs_expiration_duration: BLOCK_DURATION };
    return { id, outputs: { ...previous, ...block }, blockedMs: BLOCK_MS };
  }
  const given = (await loadInterventions(tx, portal, [scoreId], [id]))(scoreId, id);
  const after = facts && value({ ...facts, given });
  const outputs = { ...previous, ...(after && action.outputs(after)), hs_execution_state: "SUCCESS" };
  return { id, outputs, blockedMs: null };
}

/** What the work gives, or what the workflow is told of its failure; nothing is done then. */
async function orFailure(work: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ActionFailure) return { id: "", outputs: failureOutputs(error), blockedMs: null };
    throw error;
  }
}

function otherAction({ action }: { readonly action: string }): ActionFailure {
  const message = `this callbackId belongs to an execution of ${action}: each execution needs one of its own`;
  return new ActionFailure("INVALID_INPUT", message);
}

/**
 * Does what a workflow asks, as of `at` (ms), and returns what to answer. Effect and answer are committed together under
 * the execution's callback id: the same execution again, even at the same moment, has no effect and gets the same answer.
 * What is asked is done at once; only the value is told later (`BLOCK`) where much is still to be read or scored.
 */
export async function runAction(
  deps: { readonly db: Database; readonly catalogue: ScoreCatalogue },
  portal: string,
  call: ActionCall,
  at: number,
): Promise<Outputs> {
  return deps.db.transaction(async (tx) => {
    const known = await beginExecution(tx, portal, call);
    if (known) return known.action === call.action ? known.outputs : failureOutputs(otherAction(known));
    const answer = await orFailure(async () => {
      requireNamed(call.score);
      const target = await findTarget(tx, deps.catalogue, portal, call);
      return actOn(tx, portal, target, { call, at });
    });
    await keepAnswer(tx, portal, call.callbackId, answer);
    return answer.outputs;
  });
}
