import express, { type ErrorRequestHandler, type Request, type Response, type Router } from "express";
import { ACTIONS, isActionName } from "../src/actions/actions.ts";
import { loggable } from "../src/log.ts";
import type { CardParts } from "./answer-card.ts";
import { answerExecution, answerOptions, type WorkflowAnswer } from "./answer-workflow.ts";
import type { ReceivedCall } from "./card-request.ts";
import { createPortalLanes } from "./portal-lanes.ts";
import { problemOf } from "./problem.ts";

const largestBody = 262_144;
/** Half of the connections to the database stay free for notifications and other portals. */
const lanesPerPortal = 8;

function send(response: Response, { status, body, retryAfter }: WorkflowAnswer): void {
  response.set("Cache-Control", "no-store").status(status);
  if (retryAfter !== undefined) response.set("Retry-After", retryAfter);
  response.type(status >= 400 ? "application/problem+json" : "application/json").send(JSON.stringify(body));
}

function receivedCall(request: Request): ReceivedCall {
  const { method, originalUrl: url, headers } = request;
  const body: unknown = request.body;
  return { method, url, headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) };
}

/** Returns the routes under `/workflow-actions` that HubSpot's workflows and their editor call. */
export function createWorkflowRoute(given: CardParts): Router {
  const parts = { ...given, lanes: createPortalLanes(lanesPerPortal) };
  const router = express.Router();
  const rawBody = express.raw({ type: () => true, limit: largestBody, inflate: false });
  for (const action of Object.keys(ACTIONS).filter(isActionName)) {
    router.post(`/workflow-actions/${action}`, rawBody, async (request, response) => {
      send(response, await answerExecution(parts, action, receivedCall(request)));
    });
  }
  for (const [path, withFit] of [
    ["scores", false],
    ["all-scores", true],
  ] as const) {
    router.post(`/workflow-actions/options/${path}`, rawBody, async (request, response) => {
      send(response, await answerOptions(parts, withFit, receivedCall(request)));
    });
  }
  router.use("/workflow-actions", failedCall(parts));
  return router;
}

/** HubSpot tries again what was answered with 503, for up to three days; the callback id makes that harmless. */
function failedCall({ log }: CardParts): ErrorRequestHandler {
  return (error: { status?: number }, _request, response, _next) => {
    const refused = error.status === 413 || error.status === 400 || error.status === 415;
    if (!refused) log.error(loggable(error), "a workflow's call failed");
    const status = error.status === 413 ? 413 : refused ? 400 : 503;
    send(response, { status, body: problemOf(status, status === 503 ? "UNAVAILABLE" : "BAD_BODY") });
  };
}
