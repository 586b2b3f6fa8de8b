import { invalidRequest, notFound } from "../http/api-error.ts";
import type { Portal } from "../portal/portal.ts";
import { findRecord } from "../portal/record-store.ts";
import { type ActionAnswer, callAction } from "./call-action.ts";
import { durationMs } from "./iso-duration.ts";
import type { Enrolment, Workflow } from "./workflow.ts";

const LONGEST_BLOCK_MS = 604_800_000;
const FINAL_STATES = ["SUCCESS", "FAIL_CONTINUE"] as const;

/** The portal's workflows and the records in them. */
export type WorkflowRunner = {
  readonly workflows: readonly Workflow[];
  define(workflow: Omit<Workflow, "id">): Workflow;
  /** Every execution, with those expired shown as such. */
  enrolments(): readonly Enrolment[];
  enrol(workflow: Workflow, recordId: string): Enrolment;
  /** Sends an execution's call once more, whatever came of it. */
  replay(callbackId: string): Promise<ActionAnswer>;
  /** Ends blocked executions, all or none; throws HubSpot's refusal where one is not blocked. */
  complete(completions: ReadonlyMap<string, Readonly<Record<string, string>>>): void;
};

type Running = {
  readonly portal: Portal;
  readonly secret: () => string;
  readonly closing: AbortSignal;
  readonly waiting: Enrolment[];
  inFlight: number;
};

function expire(portal: Portal, enrolment: Enrolment): void {
  if (enrolment.state === "BLOCK" && portal.clock.now() >= (enrolment.blockedUntil ?? 0))
    enrolment.state = "EXPIRED";
}

/** Whether HubSpot calls again after such a status: too many calls, a fault of the app's, no answer at all. */
function isRetried(status: number): boolean {
  return status === 429 || status === 0 || status >= 500;
}

/** Takes an answer that is to be asked for again, and returns how long to wait (ms), if there are tries left. */
function putOff(enrolment: Enrolment, { status, retryAfterMs }: ActionAnswer): number | undefined {
  const { retries, retryDelayMs } = enrolment.workflow;
  enrolment.state = enrolment.attempts > retries ? "FAILED" : "WAITING";
  if (enrolment.state === "FAILED") return undefined;
  const asked = status === 429 ? retryAfterMs : undefined;
  return asked ?? retryDelayMs * 2 ** (enrolment.attempts - 1);
}

function takeOutputs(portal: Portal, enrolment: Enrolment, outputs: ActionAnswer["outputs"]): void {
  enrolment.outputs = outputs;
  const state = outputs["hs_execution_state"];
  enrolment.state = state === "BLOCK" || state === "FAIL_CONTINUE" ? state : "SUCCESS";
  if (state !== "BLOCK") return;
  const duration = durationMs(String(outputs["hs_expiration_duration"] ?? "")) ?? LONGEST_BLOCK_MS;
  enrolment.blockedUntil = portal.clock.now() + duration;
}

/** Takes the answer to a call; a number is how long to wait (ms) before the next one. */
function settle({ portal }: Running, enrolment: Enrolment, answer: ActionAnswer): number | undefined {
  enrolment.statuses.push(answer.status);
  if (isRetried(answer.status)) return putOff(enrolment, answer);
  if (answer.status >= 300) enrolment.state = "FAILED";
  else takeOutputs(portal, enrolment, answer.outputs);
  return undefined;
}

function callLater(running: Running, enrolment: Enrolment, delayMs: number): void {
  const timer = setTimeout(() => {
    running.waiting.push(enrolment);
    callNext(running);
  }, delayMs);
  running.closing.addEventListener("abort", () => clearTimeout(timer), { once: true });
}

function callNext(running: Running): void {
  const { portal, secret, closing, waiting } = running;
  while (!closing.aborted) {
    const next = waiting[0];
    if (!next || running.inFlight >= next.workflow.maxConcurrentRequests) return;
    waiting.shift();
    running.inFlight += 1;
    next.attempts += 1;
    next.state = "CALLING";
    void callAction(portal, next, next.workflow.clientSecret ?? secret(), closing).then((answer) => {
      running.inFlight -= 1;
      const delayMs = closing.aborted ? undefined : settle(running, next, answer);
      if (delayMs !== undefined) callLater(running, next, delayMs);
      callNext(running);
    });
  }
}

function isFinal(state: string | undefined): state is (typeof FINAL_STATES)[number] {
  return FINAL_STATES.some((known) => known === state);
}

function completion(
  portal: Portal,
  enrolment: Enrolment | undefined,
  outputs: Readonly<Record<string, string>>,
) {
  const state = outputs["hs_execution_state"];
  if (!isFinal(state)) throw invalidRequest(`hs_execution_state must be one of ${FINAL_STATES.join(", ")}`);
  if (enrolment) expire(portal, enrolment);
  if (enrolment?.state !== "BLOCK") throw notFound("No blocked action execution has this callback id");
  return () => {
    enrolment.state = state;
    enrolment.outputs = outputs;
  };
}

/** Returns a runner without workflows; `secret` is the app's, which signs where a workflow names none. */
export function createWorkflowRunner(
  portal: Portal,
  secret: () => string,
  closing: AbortSignal,
): WorkflowRunner {
  const workflows: Workflow[] = [];
  const enrolments = new Map<string, Enrolment>();
  const running: Running = { portal, secret, closing, waiting: [], inFlight: 0 };
  const enrol: WorkflowRunner["enrol"] = (workflow, recordId) => {
    const callbackId = `ap-${portal.id}-${workflow.id}-${enrolments.size + 1}-0`;
    const enrolment: Enrolment = {
      ...{ callbackId, workflow, recordId, state: "WAITING", attempts: 0, statuses: [], outputs: {} },
      blockedUntil: undefined,
    };
    enrolments.set(callbackId, enrolment);
    running.waiting.push(enrolment);
    callNext(running);
    return enrolment;
  };
  const isEnrolled = (workflow: Workflow, recordId: string): boolean =>
    enrolments.values().some((one) => one.workflow === workflow && one.recordId === recordId);
  portal.feed.listeners.add((change) => {
    if (change.kind !== "propertyChange") return;
    for (const workflow of workflows) {
      const { enrol: trigger, typeId } = workflow;
      const isMeant = typeId === change.type && trigger?.property === change.property;
      if (isMeant && trigger.value === change.value && !isEnrolled(workflow, change.id))
        enrol(workflow, change.id);
    }
  });
  return {
    workflows,
    define(given) {
      const workflow = { ...given, id: workflows.length + 1 };
      workflows.push(workflow);
      return workflow;
    },
    enrolments() {
      for (const enrolment of enrolments.values()) expire(portal, enrolment);
      return [...enrolments.values()];
    },
    enrol(workflow, recordId) {
      if (!findRecord(portal.records, workflow.typeId, recordId)) throw notFound(`No record ${recordId}`);
      return enrol(workflow, recordId);
    },
    async replay(callbackId) {
      const enrolment = enrolments.get(callbackId);
      if (!enrolment) throw notFound(`No execution ${callbackId}`);
      return callAction(portal, enrolment, enrolment.workflow.clientSecret ?? secret(), closing);
    },
    complete(completions) {
      const all = [...completions].map(([id, outputs]) => completion(portal, enrolments.get(id), outputs));
      for (const one of all) one();
    },
  };
}
