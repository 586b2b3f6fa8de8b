import express, { type ErrorRequestHandler, type Request, type Response, type Router } from "express";
import { loggable } from "../src/log.ts";
import { answerCard, CARD_ROUTES, type CardAnswer, type CardParts } from "./answer-card.ts";
import { problemOf } from "./problem.ts";

const largestBody = 16_384;

function send(response: Response, { status, body }: CardAnswer): void {
  response.set("Cache-Control", "no-store").status(status);
  if (status >= 400) response.type("application/problem+json");
  response.send(JSON.stringify(body));
}

function bodyOf(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Returns the routes under `/card` that the record card and the settings page call, signed by HubSpot. */
export function createCardRoute(parts: CardParts): Router {
  const router = express.Router();
  const rawBody = express.raw({ type: () => true, limit: largestBody, inflate: false });
  for (const { method, path, handle } of CARD_ROUTES) {
    router[method](path, rawBody, async (request, response) => {
      const { headers, originalUrl: url } = request;
      const received = { method: request.method, url, headers, body: bodyOf(request) };
      response.type("application/json");
      send(response, await answerCard(parts, handle, received));
    });
  }
  router.use("/card", failedCall(parts));
  return router;
}

function failedCall(parts: CardParts): ErrorRequestHandler {
  return (error: { status?: number }, _request, response, _next) => {
    const refused = error.status === 413 || error.status === 400 || error.status === 415;
    if (!refused) parts.log.error(loggable(error), "a card's call failed");
    const status = error.status === 413 ? 413 : refused ? 400 : 503;
    send(response, { status, body: problemOf(status, status === 503 ? "UNAVAILABLE" : "BAD_BODY") });
  };
}
