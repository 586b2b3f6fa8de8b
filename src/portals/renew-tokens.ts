import { HubSpotError } from "../hubspot/hubspot-error.ts";
import type { GrantAnswer } from "../hubspot/oauth.ts";
import type { Database, Queryable } from "../store/database.ts";
import { endConnection } from "../store/installs.ts";
import type { KeyRing } from "../store/key-ring.ts";
import {
  deleteTokens,
  loadTokens,
  noteRefusal,
  type StoredTokens,
  saveTokens,
} from "../store/portal-tokens.ts";

/** An access token held in memory; its time is by this process's monotonic clock (ms), which no one sets. */
export type HeldToken = {
  readonly token: string;
  readonly generation: number;
  readonly renewFrom: number;
};

export type RenewDeps = {
  readonly db: Database;
  readonly keys: KeyRing;
  readonly refresh: (refreshToken: string) => Promise<GrantAnswer>;
};

/** A token is renewed when a fifth of its time is left, or five minutes. */
const LONGEST_MARGIN_MS = 300_000;
/** A token this near its end is not used any more. */
const LAST_MS = 5_000;
/** When a renewal failed, how long a token that is still good serves before the next attempt. */
const PAUSE_MS = 5_000;
/** HubSpot must refuse a refresh token twice, this far apart, before the app counts as uninstalled: the first may be a race. */
const REFUSALS = 2;
const REFUSAL_GAP_MS = 2_000;
/** A replacement that is refused like the token before it is not the remedy; it is not replaced at once again. */
const REPLACEMENT_GAP_MS = 60_000;
/** A token this young may have been given out in answer to the same refusal. */
const YOUNG_MS = 1_000;

/** What became of a renewal: the token to use, or why there is none. */
export type Renewal =
  | { readonly held: HeldToken }
  | { readonly failure: HubSpotError }
  | { readonly uninstalled: string };

function heldOf(stored: StoredTokens, waitMs = 0): HeldToken {
  const now = performance.now();
  const margin = Math.min(LONGEST_MARGIN_MS, stored.lifetimeMs / 5);
  return {
    token: stored.accessToken,
    generation: stored.generation,
    renewFrom: now + Math.max(waitMs, stored.leftMs - margin),
  };
}

/** The error of a call for a portal that has no tokens: its connection has ended, or never began. */
function notConnected(): HubSpotError {
  return new HubSpotError({ code: "UNAUTHORIZED", status: 0, retry: "later", retryAfterMs: 60_000 });
}

function refused(waitMs: number): HubSpotError {
  return new HubSpotError({ code: "UNAUTHORIZED", status: 401, retry: "later", retryAfterMs: waitMs });
}

/** Whether the stored token serves, `refusedGeneration` being that of a token which HubSpot did not take. */
function serves(stored: StoredTokens, refusedGeneration: number | undefined): boolean {
  const { leftMs, lifetimeMs, generation, ageMs, isReplacement } = stored;
  if (refusedGeneration === generation) {
    return ageMs < (isReplacement ? REPLACEMENT_GAP_MS : YOUNG_MS);
  }
  return leftMs > Math.min(LONGEST_MARGIN_MS, lifetimeMs / 5);
}

/** A token that is still good goes on serving for a while; else there is the failure. */
function fallBack(
  stored: StoredTokens,
  refusedGeneration: number | undefined,
  failure: { readonly error: HubSpotError; readonly waitMs: number },
): Renewal {
  const isGood = stored.leftMs > LAST_MS && refusedGeneration !== stored.generation;
  return isGood ? { held: heldOf(stored, failure.waitMs) } : { failure: failure.error };
}

async function endGrant(tx: Queryable, portal: string, refusal: string): Promise<Renewal> {
  await deleteTokens(tx, portal);
  const uninstalled = `HubSpot takes the refresh token no more: ${refusal}`;
  await endConnection(tx, portal, uninstalled);
  return { uninstalled };
}

type Asked = GrantAnswer | HubSpotError;

async function applyAnswer(
  tx: Queryable,
  deps: RenewDeps,
  due: {
    readonly portal: string;
    readonly stored: StoredTokens;
    readonly refusedGeneration: number | undefined;
  },
  answer: Asked,
): Promise<Renewal> {
  const { portal, stored, refusedGeneration } = due;
  if (answer instanceof HubSpotError)
    return fallBack(stored, refusedGeneration, { error: answer, waitMs: PAUSE_MS });
  if (answer.ok) {
    const isReplacement = refusedGeneration === stored.generation;
    await saveTokens(tx, deps.keys, portal, { ...answer.grant, isReplacement });
    const fresh = await loadTokens(tx, deps.keys, portal);
    return fresh ? { held: heldOf(fresh) } : { failure: notConnected() };
  }
  // Anything but a refused grant (a wrong client secret, say) is ours to cure and ends no connection.
  const isGrantRefused = answer.refused.startsWith("invalid_grant");
  if (isGrantRefused && stored.refusals + 1 >= REFUSALS) return endGrant(tx, portal, answer.refused);
  await noteRefusal(tx, portal, isGrantRefused);
  return fallBack(stored, refusedGeneration, { error: refused(REFUSAL_GAP_MS), waitMs: REFUSAL_GAP_MS });
}

/**
 * Renews the portal's tokens where that is due, or where the token of `refusedGeneration` was refused. The row's lock
 * lets one process at a time do it; the others find its result. A failure that says nothing about the grant leaves a
 * token that is still good in use.
 */
export async function renewTokens(
  deps: RenewDeps,
  portal: string,
  refusedGeneration?: number,
): Promise<Renewal> {
  // A transaction may run again after a lost connection; HubSpot must not be asked again with a token it has replaced.
  const asked = new Map<string, Asked>();
  const ask = async (refreshToken: string): Promise<Asked> => {
    const known = asked.get(refreshToken);
    if (known) return known;
    const answer = await deps.refresh(refreshToken).catch((error: unknown) => {
      if (error instanceof HubSpotError) return error;
      throw error;
    });
    asked.set(refreshToken, answer);
    return answer;
  };
  return deps.db.transaction(async (tx): Promise<Renewal> => {
    const stored = await loadTokens(tx, deps.keys, portal, { forUpdate: true });
    if (!stored) return { failure: notConnected() };
    if (serves(stored, refusedGeneration)) return { held: heldOf(stored) };
    const waitMs = REFUSAL_GAP_MS - (stored.refusedMs ?? REFUSAL_GAP_MS);
    if (waitMs > 0) return fallBack(stored, refusedGeneration, { error: refused(waitMs), waitMs });
    return applyAnswer(tx, deps, { portal, stored, refusedGeneration }, await ask(stored.refreshToken));
  });
}
