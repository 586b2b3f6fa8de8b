import express, { type ErrorRequestHandler, type Request, type Response, type Router } from "express";
import { loggable } from "../../src/log.ts";
import { admitKey } from "../admit-key.ts";
import { type KeyedAnswer, refusal, sendAnswer } from "../send-answer.ts";
import { BACKFILL_RESOURCES } from "./backfill-resources.ts";
import { documentResources } from "./document-resources.ts";
import type { ApiParts, KeyedResource, OpenResource, Resource } from "./resource.ts";
import { SCORE_RESOURCES } from "./score-resources.ts";

const KEYED = [...SCORE_RESOURCES, ...BACKFILL_RESOURCES];
const RESOURCES = [...KEYED, ...documentResources(KEYED)];

async function answerKeyed(
  parts: ApiParts,
  resource: KeyedResource,
  request: Request,
): Promise<KeyedAnswer<object>> {
  const key = await admitKey(parts.db, request.headers.authorization, "api");
  if ("status" in key) return key;
  const named = (parameter: string): string => String(request.params[parameter] ?? "");
  // PostgreSQL's text holds no NUL: nothing is named so.
  const isNowhere = request.path.includes("%00");
  const found = isNowhere ? undefined : await resource.read(parts, { portal: key.portal, named });
  if (typeof found === "object" && found !== null) return { status: 200, body: found };
  return refusal(404, resource.missing?.code ?? "NOT_FOUND", resource.missing?.detail);
}

/** Editors in browsers read what is open from other pages. */
function sendOpen(parts: ApiParts, resource: OpenResource, response: Response): void {
  const text = JSON.stringify(resource.read(parts));
  response.set("Access-Control-Allow-Origin", "*").type(resource.mediaType).send(text);
}

function addResource(router: Router, parts: ApiParts, resource: Resource): void {
  const route = router.route(resource.path.replaceAll(/\{(\w+)\}/g, ":$1"));
  if (resource.isOpen) route.get((_request, response) => sendOpen(parts, resource, response));
  else
    route.get(async (request, response) => sendAnswer(response, await answerKeyed(parts, resource, request)));
  route.all((_request, response) => {
    response.set("Allow", "GET, HEAD");
    sendAnswer(response, refusal(405, "METHOD_NOT_ALLOWED", "the API is read with GET"));
  });
}

function failedCall({ log }: ApiParts): ErrorRequestHandler {
  return (error: { status?: number }, _request, response, _next) => {
    if (error.status === 400)
      return sendAnswer(
        response,
        refusal(400, "BAD_PATH", "the path holds a percent sign that encodes nothing"),
      );
    log.error(loggable(error), "the API could not answer");
    sendAnswer(response, { ...refusal(503, "UNAVAILABLE"), retryAfter: 5 });
  };
}

/** Returns the API under `/api`: every path that its document names, and refusals for all others. */
export function createApiRoute(parts: ApiParts): Router {
  const router = express.Router();
  for (const resource of RESOURCES) addResource(router, parts, resource);
  router.use("/api", (_request, response) =>
    sendAnswer(response, refusal(404, "NOT_FOUND", "there is no such path: see /api/openapi.json")),
  );
  router.use("/api", failedCall(parts));
  return router;
}
