import express, { type ErrorRequestHandler, type RequestHandler, type Router } from "express";
import { loggable } from "../src/log.ts";
import type { PresentedKey } from "../src/portals/api-keys.ts";
import { admitKey } from "./admit-key.ts";
import { type OwnEventParts, receiveOwnEvents } from "./receive-own-events.ts";
import { refusal, sendAnswer } from "./send-answer.ts";

const PATH = "/v1/events";
const largestBody = 5_242_880;

type Locals = { key?: PresentedKey };

function failedCall(parts: OwnEventParts): ErrorRequestHandler {
  return (error: { status?: number }, _request, response, _next) => {
    const { status = 503 } = error;
    if (status >= 500) parts.log.error(loggable(error), "events could not be taken in");
    const told = status === 413 ? 413 : status >= 500 ? 503 : 400;
    const code = { 413: "TOO_LARGE", 503: "UNAVAILABLE", 400: "BAD_BODY" }[told];
    sendAnswer(response, refusal(told, code));
  };
}

/** Returns the route `POST /v1/events`; nobody without a key gets as far as sending a body of up to 5 MB. */
export function createOwnEventsRoute(parts: OwnEventParts): Router {
  const router = express.Router();
  const admit: RequestHandler<object, unknown, unknown, object, Locals> = async (request, response, next) => {
    const admitted = await admitKey(parts.db, request.headers.authorization, "events");
    if ("status" in admitted) return sendAnswer(response, admitted);
    response.locals.key = admitted;
    next();
  };
  const rawBody = express.raw({ type: () => true, limit: largestBody, inflate: false });
  const receive: RequestHandler<object, unknown, unknown, object, Locals> = async (request, response) => {
    const { key } = response.locals;
    const body: unknown = request.body;
    if (key)
      sendAnswer(
        response,
        await receiveOwnEvents(parts, key, Buffer.isBuffer(body) ? body : Buffer.alloc(0)),
      );
  };
  router.post(PATH, admit, rawBody, receive);
  router.all(PATH, (_request, response) => {
    response.set("Allow", "POST");
    sendAnswer(response, refusal(405, "METHOD_NOT_ALLOWED", "events are sent with POST"));
  });
  router.use(PATH, failedCall(parts));
  return router;
}
