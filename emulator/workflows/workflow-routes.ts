import { z } from "zod";
import { objectType } from "../api/named-objects.ts";
import { noContent, ok } from "../http/answer.ts";
import { notFound } from "../http/api-error.ts";
import { type ApiRequest, param, parseBody, type Route } from "../http/route.ts";
import type { Portal } from "../portal/portal.ts";
import { type Enrolment, enrolInput, replayInput, workflowInput } from "./workflow.ts";
import type { WorkflowRunner } from "./workflow-runner.ts";

const completionInput = z.object({
  outputFields: z.record(z.string(), z.string()),
  typedOutputs: z.looseObject({}),
});
const batchInput = z.object({ inputs: z.array(completionInput.extend({ callbackId: z.string() })).min(1) });

function shown({ workflow, ...enrolment }: Enrolment) {
  return { ...enrolment, workflow: workflow.id };
}

function define(portal: Portal, runner: WorkflowRunner, request: ApiRequest) {
  const input = parseBody(request, workflowInput);
  return ok(runner.define({ ...input, typeId: objectType(portal, input.objectType).typeId }));
}

function enrol(runner: WorkflowRunner, request: ApiRequest) {
  const { workflow: id, ids } = parseBody(request, enrolInput);
  const workflow = runner.workflows.find((one) => one.id === id);
  if (!workflow) throw notFound(`no workflow ${id}`);
  return ok(ids.map((recordId) => shown(runner.enrol(workflow, recordId))));
}

/** Returns the routes under `/__workflows` that define workflows, enrol records and show what became of them. */
export function workflowRoutes(portal: Portal, runner: WorkflowRunner): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/__workflows",
      handle: () => ok({ workflows: runner.workflows, enrolments: runner.enrolments().map(shown) }),
    },
    { method: "POST", path: "/__workflows", handle: (request) => define(portal, runner, request) },
    { method: "POST", path: "/__workflows/enrol", handle: (request) => enrol(runner, request) },
    {
      method: "POST",
      path: "/__workflows/replay",
      handle: async (request) => ok(await runner.replay(parseBody(request, replayInput).callbackId)),
    },
  ];
}

/** Returns HubSpot's routes that complete blocked executions, one or many at once. */
export function callbackRoutes(runner: WorkflowRunner): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/automation/actions/callbacks/:version/complete",
      handle: (request) => {
        const { inputs } = parseBody(request, batchInput);
        runner.complete(new Map(inputs.map(({ callbackId, outputFields }) => [callbackId, outputFields])));
        return noContent();
      },
    },
    {
      method: "POST",
      path: "/automation/actions/callbacks/:version/:callbackId/complete",
      handle: (request) => {
        const { outputFields } = parseBody(request, completionInput);
        runner.complete(new Map([[param(request, "callbackId"), outputFields]]));
        return noContent();
      },
    },
  ];
}
