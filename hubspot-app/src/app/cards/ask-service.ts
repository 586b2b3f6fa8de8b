import { type CardAnswer, cardAnswerSchema } from "./card-answer.ts";

/** HubSpot's way out of an extension: it adds the account's id and signs the call. */
export type Ask = (
  url: string,
  options: { method: "GET" | "POST"; timeout: number; body?: { [name: string]: unknown } },
) => Promise<Response>;

/** The record that the card stands on, and where the service is. */
export type CardPlace = {
  readonly serviceUrl: string;
  readonly objectTypeId: string;
  readonly objectId: string;
};

/** The service's answer, or why there is none. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: CardAnswer }
  | { readonly kind: "unknown record" | "no permission" | "failed" };

const TIMEOUT_MS = 10_000;

async function outcomeOf(asked: Promise<Response>): Promise<Outcome> {
  try {
    const response = await asked;
    if (response.status === 401 || response.status === 403) return { kind: "no permission" };
    if (response.status === 404) return { kind: "unknown record" };
    if (!response.ok) return { kind: "failed" };
    return { kind: "answer", answer: cardAnswerSchema.parse(await response.json()) };
  } catch {
    return { kind: "failed" };
  }
}

/** Asks for the record's scores. Never rejects. */
export function askScores(ask: Ask, { serviceUrl, objectTypeId, objectId }: CardPlace): Promise<Outcome> {
  const query = new URLSearchParams({ objectTypeId, objectId });
  return outcomeOf(ask(`${serviceUrl}/card/score?${query}`, { method: "GET", timeout: TIMEOUT_MS }));
}

/** Has the record scored anew. Never rejects. */
export function askRecalculation(ask: Ask, { serviceUrl, ...body }: CardPlace): Promise<Outcome> {
  return outcomeOf(ask(`${serviceUrl}/card/recalculate`, { method: "POST", timeout: TIMEOUT_MS, body }));
}

/** Resets the record's engagement under one score. Never rejects. */
export function askReset(ask: Ask, { serviceUrl, ...record }: CardPlace, score: string): Promise<Outcome> {
  const body = { ...record, score };
  return outcomeOf(ask(`${serviceUrl}/card/reset`, { method: "POST", timeout: TIMEOUT_MS, body }));
}
