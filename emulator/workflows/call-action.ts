import { createHash } from "node:crypto";
import type { CrmRecord } from "../portal/crm-record.ts";
import type { Portal } from "../portal/portal.ts";
import { findRecord } from "../portal/record-store.ts";
import { signatureHeaders } from "../webhooks/sign-delivery.ts";
import type { Enrolment, Workflow } from "./workflow.ts";

const TIMEOUT_MS = 30_000;

/** What an app answered: status 0 where nothing came. */
export type ActionAnswer = {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly outputs: Readonly<Record<string, unknown>>;
};

function inputsOf({ inputs }: Workflow, record: CrmRecord | undefined): { [name: string]: string } {
  const values = Object.entries(inputs).map(([name, given]) => {
    const value = typeof given === "string" ? given : (record?.properties.get(given.property) ?? "");
    return [name, value];
  });
  return Object.fromEntries(values);
}

function bodyOf(portal: Portal, { callbackId, workflow, recordId }: Enrolment): string {
  const record = findRecord(portal.records, workflow.typeId, recordId);
  const definition = { actionDefinitionId: 10_000 + workflow.id, actionDefinitionVersion: 1 };
  const inputFields = inputsOf(workflow, record);
  const id = Number(recordId);
  return JSON.stringify({
    callbackId,
    origin: { portalId: portal.id, ...definition },
    context: { source: "WORKFLOWS", workflowId: workflow.id },
    object: {
      objectId: Number.isSafeInteger(id) ? id : recordId,
      objectType: (portal.types.get(workflow.typeId)?.name ?? workflow.objectType).toUpperCase(),
      properties: {},
    },
    inputFields,
  });
}

/** Every signature that HubSpot sends with an action's call, or those of its older way alone. */
function signed(workflow: Workflow, secret: string, body: string, timestamp: number) {
  const { url } = workflow.action;
  const v2 = createHash("sha256").update(`${secret}POST${url}${body}`).digest("hex");
  const older = { "X-HubSpot-Signature": v2, "X-HubSpot-Signature-Version": "v2" };
  return workflow.signature === "v2"
    ? older
    : { ...signatureHeaders({ url, secret, body, timestamp }), ...older };
}

async function outputsOf(answer: Response): Promise<ActionAnswer["outputs"]> {
  try {
    const said: unknown = await answer.json();
    const holds = typeof said === "object" && said !== null && "outputFields" in said;
    return holds && typeof said.outputFields === "object" ? { ...said.outputFields } : {};
  } catch {
    return {};
  }
}

/** Calls the action of a workflow's step once, as HubSpot does. */
export async function callAction(
  portal: Portal,
  enrolment: Enrolment,
  secret: string,
  closing: AbortSignal,
): Promise<ActionAnswer> {
  const { workflow } = enrolment;
  const body = bodyOf(portal, enrolment);
  const headers = {
    ...{ "content-type": "application/json", "user-agent": "HubSpot Workflows" },
    ...signed(workflow, secret, body, portal.clock.now()),
  };
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), closing]);
  try {
    const answer = await fetch(workflow.action.url, { method: "POST", body, headers, signal });
    const after = answer.headers.get("retry-after");
    return {
      status: answer.status,
      retryAfterMs: after !== null && /^\d+$/.test(after) ? Number(after) : undefined,
      outputs: await outputsOf(answer),
    };
  } catch {
    return { status: 0, retryAfterMs: undefined, outputs: {} };
  }
}
