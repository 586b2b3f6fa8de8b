import express, { type ErrorRequestHandler, type Request, type Router } from "express";
import { loggable } from "../src/log.ts";
import {
  type ReceiverAnswer,
  type ReceiverParts,
  receiveNotifications,
  refuse,
} from "./receive-notifications.ts";

const largestBody = 1_048_576;

/**
 * Returns the route `POST /webhooks/hubspot`. Bodies above 1 MB get 413, compressed ones 400: HubSpot sends neither.
 * It must stand before anything that reads bodies.
 */
export function createNotificationRoute(parts: ReceiverParts): Router {
  const router = express.Router();
  const rawBody = express.raw({ type: () => true, limit: largestBody, inflate: false });
  router.post("/webhooks/hubspot", rawBody, async (request, response) => {
    const answer = await answerTo(parts, request);
    response.status(answer.status).json(answer.body);
  });
  router.use("/webhooks/hubspot", unreadableBody(parts));
  return router;
}

async function answerTo(parts: ReceiverParts, request: Request): Promise<ReceiverAnswer> {
  const { method, originalUrl: url, headers } = request;
  const body: unknown = request.body;
  const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  try {
    return await receiveNotifications(parts, { method, url, headers, body: raw });
  } catch (error) {
    parts.log.error(loggable(error), "webhook delivery failed");
    return refuse(parts, 503, "store_unavailable");
  }
}

function unreadableBody(parts: ReceiverParts): ErrorRequestHandler {
  return (error: { status?: number }, _request, response, _next) => {
    const answer = error.status === 413 ? refuse(parts, 413, "too_large") : refuse(parts, 400, "bad_body");
    response.status(answer.status).json(answer.body);
  };
}
