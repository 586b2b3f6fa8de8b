import { recalculateRecord, resetCardScore } from "../src/card/card-actions.ts";
import { readCard } from "../src/card/read-card.ts";
import { readSettings } from "../src/card/read-settings.ts";
import type { ScoreAnswer } from "../src/card/score-answer.ts";
import type { SettingsAnswer } from "../src/card/settings-answer.ts";
import type { ScoreCatalogue } from "../src/scores/score-catalogue.ts";
import { ScoreError } from "../src/scores/score-error.ts";
import type { Database } from "../src/store/database.ts";
import { findPortal, type Portal } from "../src/store/portals.ts";
import {
  type CardCall,
  type NamedRecord,
  type ReceivedCall,
  readCardCall,
  recordInBody,
  recordInQuery,
  resetInBody,
} from "./card-request.ts";
import type { Clock, Log } from "./ports.ts";
import { type Problem, problemOf } from "./problem.ts";

/** What the card's and the settings page's routes work with. */
export type CardParts = {
  readonly db: Database;
  readonly catalogue: ScoreCatalogue;
  readonly queue: { enqueue(stage: "score", payload: { readonly portal: string }): Promise<void> };
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly secrets: readonly string[];
  readonly log: Log;
};

export type CardAnswer = { readonly status: number; readonly body: ScoreAnswer | SettingsAnswer | Problem };

type Handler = (parts: CardParts, portal: Portal, call: CardCall) => Promise<CardAnswer>;

const refusal = (...problem: Parameters<typeof problemOf>): CardAnswer => ({
  status: problem[0],
  body: problemOf(...problem),
});
const badRecord = () => refusal(400, "BAD_RECORD", "objectTypeId and objectId must name one record");
const unknownRecord = () => refusal(404, "UNKNOWN_RECORD", "no such record has been read from this account");

async function scoresOf(parts: CardParts, { portal }: Portal, record: NamedRecord): Promise<CardAnswer> {
  const answer = await readCard(parts, portal, record, parts.clock.now());
  return answer ? { status: 200, body: answer } : unknownRecord();
}

const score: Handler = async (parts, portal, call) => {
  const record = recordInQuery(call);
  return record ? scoresOf(parts, portal, record) : badRecord();
};

const recalculate: Handler = async (parts, portal, call) => {
  const record = recordInBody(call);
  if (!record) return badRecord();
  if (!(await recalculateRecord(parts.db, portal.portal, record))) return unknownRecord();
  await wakeScoring(parts, portal);
  return scoresOf(parts, portal, record);
};

const reset: Handler = async (parts, portal, call) => {
  const request = resetInBody(call);
  if (!request) return badRecord();
  const { object, id } = request;
  try {
    if (!(await resetCardScore(parts.db, portal.portal, request, parts.clock.now()))) return unknownRecord();
  } catch (error) {
    if (error instanceof ScoreError) return refusal(422, "NOT_RESETTABLE", error.message);
    throw error;
  }
  await wakeScoring(parts, portal);
  return scoresOf(parts, portal, { object, id });
};

const settings: Handler = async ({ db, publicUrl }, portal) => ({
  status: 200,
  body: await readSettings(db, portal, publicUrl),
});

/** The mark is laid already and the sweeper finds it within a second: a queue that is away spoils nothing. */
async function wakeScoring({ queue, log }: CardParts, { portal }: Portal): Promise<void> {
  await queue.enqueue("score", { portal }).catch(() => log.warn({ portal }, "scoring could not be woken"));
}

/** The calls that HubSpot's pages make. */
export const CARD_ROUTES = [
  { method: "get", path: "/card/score", handle: score },
  { method: "post", path: "/card/recalculate", handle: recalculate },
  { method: "post", path: "/card/reset", handle: reset },
  { method: "get", path: "/card/settings", handle: settings },
] as const satisfies { method: "get" | "post"; path: string; handle: Handler }[];

/**
 * Answers a call of a UI extension: 401 unless HubSpot signed it, 403 for a portal that is not connected; the rest is the
 * handler's.
 */
export async function answerCard(
  parts: CardParts,
  handle: Handler,
  received: ReceivedCall,
): Promise<CardAnswer> {
  const { publicUrl, secrets, clock } = parts;
  const call = readCardCall(received, { publicUrl, secrets, now: clock.now() });
  if (call === "signature") return refusal(401, "BAD_SIGNATURE");
  if (call === "portal") return refusal(400, "BAD_PORTAL", "the query must name one portal");
  const portal = await findPortal(parts.db, call.portal);
  if (!portal || portal.status === "uninstalled") return refusal(403, "NOT_CONNECTED");
  return handle(parts, portal, call);
}
