import { ActionFailure, failureOutputs } from "../src/actions/action-failure.ts";
import type { ActionName } from "../src/actions/actions.ts";
import { runAction } from "../src/actions/run-action.ts";
import { type ScoreOptions, scoreOptions } from "../src/actions/score-options.ts";
import type { Outputs } from "../src/store/action-callbacks.ts";
import { findPortal } from "../src/store/portals.ts";
import type { CardParts } from "./answer-card.ts";
import type { ReceivedCall } from "./card-request.ts";
import type { PortalLanes } from "./portal-lanes.ts";
import { type Problem, problemOf } from "./problem.ts";
import { type FromPortal, isSigned, readExecution, readOptionQuery } from "./workflow-call.ts";

/** What the workflows' routes work with. */
export type WorkflowParts = CardParts & { readonly lanes: PortalLanes };

export type WorkflowAnswer = {
  readonly status: number;
  readonly body: { readonly outputFields: Outputs } | ScoreOptions | Problem;
  /** When HubSpot may call again, as its header says it. */
  readonly retryAfter?: string;
};

/**
 * HubSpot documents that its workflows take Retry-After in milliseconds, against RFC 9110, which has seconds. This is 2 s
 * as HubSpot reads it, and half an hour, well within the three days of its retries, for whoever reads seconds.
 */
const RETRY_AFTER = "2000";

const refusal = (...problem: Parameters<typeof problemOf>): WorkflowAnswer => ({
  status: problem[0],
  body: problemOf(...problem),
});

/** Answers a call that HubSpot signed: 401 for any other, 400 for what HubSpot never sends, 429 where it sends too many. */
async function answerSigned<Said>(
  parts: WorkflowParts,
  call: ReceivedCall,
  read: (body: Buffer) => FromPortal<Said> | undefined,
  answer: (asked: FromPortal<Said>) => Promise<WorkflowAnswer>,
): Promise<WorkflowAnswer> {
  const { publicUrl, secrets, clock, lanes } = parts;
  if (!isSigned(call, { publicUrl, secrets, now: clock.now() })) return refusal(401, "BAD_SIGNATURE");
  const asked = read(call.body);
  if (!asked) return refusal(400, "BAD_BODY");
  const answered = await lanes.run(asked.portal, () => answer(asked));
  return answered ?? { ...refusal(429, "TOO_MANY_CALLS"), retryAfter: RETRY_AFTER };
}

async function isConnected({ db }: WorkflowParts, portal: string): Promise<boolean> {
  const found = await findPortal(db, portal);
  return found !== undefined && found.status !== "uninstalled";
}

/** The mark is laid already and the sweeper finds it within a second: a queue that is away spoils nothing. */
async function wakeScoring({ queue, log }: WorkflowParts, portal: string): Promise<void> {
  await queue.enqueue("score", { portal }).catch(() => log.warn({ portal }, "scoring could not be woken"));
}

/** Answers an execution of an action; what cannot be done is told in the outputs, so that the workflow goes on. */
export function answerExecution(
  parts: WorkflowParts,
  action: ActionName,
  call: ReceivedCall,
): Promise<WorkflowAnswer> {
  const at = parts.clock.now();
  const read = (body: Buffer) => readExecution(body, action);
  return answerSigned(parts, call, read, async ({ portal, said }) => {
    if (!(await isConnected(parts, portal))) {
      const failure = new ActionFailure("UNKNOWN_SCORE", "this account is not connected");
      return { status: 200, body: { outputFields: failureOutputs(failure) } };
    }
    const outputFields = await runAction(parts, portal, said, at);
    if (action !== "get-score") await wakeScoring(parts, portal);
    return { status: 200, body: { outputFields } };
  });
}

/** Answers the workflow editor's question for the scores that an action may be about; `withFit`: not only resettable ones. */
export function answerOptions(
  parts: WorkflowParts,
  withFit: boolean,
  call: ReceivedCall,
): Promise<WorkflowAnswer> {
  return answerSigned(parts, call, readOptionQuery, async ({ portal, said }) => {
    if (!(await isConnected(parts, portal))) return { status: 200, body: { options: [], searchable: true } };
    return { status: 200, body: await scoreOptions(parts.db, portal, { ...said, withFit }) };
  });
}
