import { finalAnswers, toldBefore } from "../src/actions/complete-actions.ts";
import { callAllowance } from "../src/call-stops.ts";
import type { HubSpotClient } from "../src/hubspot/client.ts";
import { HubSpotError, wasNotMade } from "../src/hubspot/hubspot-error.ts";
import { type Completion, completeExecutions } from "../src/hubspot/workflow-callbacks.ts";
import { loggable } from "../src/log.ts";
import {
  type BlockedExecution,
  claimBlocked,
  finishExecutions,
  type Outputs,
  portalsWithBlocked,
  postponeExecutions,
} from "../src/store/action-callbacks.ts";
import type { WorkContext } from "./work-context.ts";

const BATCH = 100;
const TURN = { limit: BATCH, leaseMs: 30_000, lookAgainMs: 1_000 };

/** Statuses by which HubSpot says that there is no such execution any more: it was completed before, or has expired. */
const NOT_BLOCKED = new Set([400, 404, 409, 410]);

function isOver(error: unknown): boolean {
  return error instanceof HubSpotError && NOT_BLOCKED.has(error.status);
}

/** Completes executions together; where HubSpot refuses them, one by one, so that those that are over spoil no others. */
async function complete(client: HubSpotClient, completions: readonly Completion[]): Promise<void> {
  try {
    await completeExecutions(client, completions);
  } catch (error) {
    if (!isOver(error)) throw error;
    if (completions.length === 1) return;
    for (const completion of completions) await complete(client, [completion]);
  }
}

async function postpone(
  { db, log }: WorkContext,
  portal: string,
  callbackIds: readonly string[],
  error: unknown,
): Promise<void> {
  if (!(error instanceof HubSpotError)) throw error;
  await postponeExecutions(db, portal, callbackIds, error.retryAfterMs ?? 0);
  if (!wasNotMade(error))
    log.warn(
      { portal, error: loggable(error) },
      "workflows that wait could not be told; it will be tried again",
    );
}

/** What workflows that gave up waiting would be told if they asked again: to go on, without a value. */
function expiredAnswers(blocked: readonly BlockedExecution[]): Map<string, Outputs> {
  const expired = blocked.filter((execution) => execution.isExpired);
  return new Map(expired.map((execution) => [execution.callbackId, toldBefore(execution)]));
}

async function completeForPortal(work: WorkContext, portal: string): Promise<void> {
  if (!(await callAllowance(work.db, work.clock, portal)).live) return;
  const claimed = await claimBlocked(work.db, portal, TURN);
  const expired = expiredAnswers(claimed);
  await finishExecutions(work.db, portal, expired);
  if (expired.size > 0)
    work.log.warn({ portal, workflows: expired.size }, "workflows went on before their scores were ready");
  const blocked = claimed.filter((execution) => !execution.isExpired);
  if (blocked.length === 0) return;
  const answers = await finalAnswers(work, portal, blocked, work.clock.now());
  const completions = [...answers].map(([callbackId, outputs]) => ({ callbackId, outputs }));
  try {
    await complete(work.clients.clientFor(portal), completions);
  } catch (error) {
    return postpone(work, portal, [...answers.keys()], error);
  }
  await finishExecutions(work.db, portal, answers);
}

/**
 * Tells workflows that wait for a score what it has become, once the record is read, scored and written. What fails for
 * one portal keeps no other waiting.
 */
export async function completeCallbacks(work: WorkContext): Promise<void> {
  for (const portal of await portalsWithBlocked(work.db)) {
    if (!work.clients.has(portal)) continue;
    await completeForPortal(work, portal).catch((error: unknown) =>
      work.log.warn({ portal, error: loggable(error) }, "workflows that wait could not be looked after"),
    );
  }
}
