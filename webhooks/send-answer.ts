import type { Response } from "express";
import { type Problem, problemOf } from "./problem.ts";

/** What a caller with a key is answered; `retryAfter` in seconds. */
export type KeyedAnswer<Body = never> = {
  readonly status: number;
  readonly body: Body | Problem;
  readonly retryAfter?: number;
};

/** Returns the answer that tells this problem. */
export function refusal(...problem: Parameters<typeof problemOf>): KeyedAnswer {
  return { status: problem[0], body: problemOf(...problem) };
}

/** Sends an answer, which nobody on the way may keep. */
export function sendAnswer(response: Response, { status, body, retryAfter }: KeyedAnswer<object>): void {
  response.set("Cache-Control", "no-store").status(status);
  if (retryAfter !== undefined) response.set("Retry-After", String(retryAfter));
  if (status === 401) response.set("WWW-Authenticate", "Bearer");
  response.type(status >= 400 ? "application/problem+json" : "application/json");
  response.send(JSON.stringify(body));
}
