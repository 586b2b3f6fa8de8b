import { hash } from "node:crypto";
import { z } from "zod";
import { signRequest } from "../src/hubspot/signature.ts";
import { isSignatureKnown } from "../src/store/deliveries.ts";
import { InputError, type Session } from "./session.ts";

const PATH = "/webhooks/hubspot";
const ANSWER_MS = 10_000;

/** What the service answered; `stored` is how many portals' deliveries it kept. */
export type PostAnswer = {
  readonly status: number;
  readonly stored: number;
  readonly text: string;
  readonly digest: string;
};

const answerSchema = z.object({ stored: z.number() });

/** The secret that HubSpot signs with. @throws InputError where none is set. */
export function signingSecret({ context }: Session): string {
  const [secret] = context.config.hubspot.clientSecrets;
  if (secret === undefined)
    throw new InputError("HUBSPOT_CLIENT_SECRET is missing: the service knows deliveries by it");
  return secret;
}

/** Signs for the present instant, or the first one after it that gives a signature never received before. */
async function signFreshly(session: Session, body: Buffer) {
  const { context, portal } = session;
  const request = { method: "POST", uri: context.config.publicUrl + PATH, body };
  const secret = signingSecret(session);
  for (let at = context.clock.now(); ; at++) {
    const headers = signRequest(request, secret, at);
    const digest = hash("sha256", headers["X-HubSpot-Signature-v3"] ?? "");
    if (!(await isSignatureKnown(context.db, portal, digest))) return { headers, digest };
  }
}

function storedIn(text: string): number {
  try {
    return answerSchema.parse(JSON.parse(text)).stored;
  } catch {
    return 0;
  }
}

/**
 * Sends a delivery as HubSpot would, signed for PUBLIC_URL, to the running service or another address.
 * @throws an Error where nobody answers there.
 */
export async function postDelivery(session: Session, body: Buffer, target?: string): Promise<PostAnswer> {
  const url = target ?? session.context.config.publicUrl + PATH;
  const { headers, digest } = await signFreshly(session, body);
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: new Uint8Array(body),
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await answer.text();
    return { status: answer.status, stored: storedIn(text), text, digest };
  } catch (error) {
    throw new Error(`nothing answers at ${url}: start the service with \`npm start\`, or name its address`, {
      cause: error,
    });
  }
}

/** The address that `--target` names. @throws InputError where it is none. */
export function readTarget(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  const isAddress = URL.canParse(target) && /^https?:$/.test(new URL(target).protocol);
  if (!isAddress) throw new InputError(`--target takes an http or https URL, not ${target}`);
  return new URL(target).pathname === "/" ? target.replace(/\/+$/, "") + PATH : target;
}

/** Tells in words what became of a delivery, and whether it was taken in. */
export function describeAnswer({ status, stored, text }: PostAnswer): {
  readonly ok: boolean;
  readonly words: string;
} {
  if (status < 200 || status > 299)
    return { ok: false, words: `refused with ${status}: ${text.slice(0, 200)}` };
  if (stored > 0) return { ok: true, words: `${status}, stored` };
  return {
    ok: false,
    words: `${status}, but nothing stored: no event in it is of use to this app (HUBSPOT_APP_ID) and portal`,
  };
}
