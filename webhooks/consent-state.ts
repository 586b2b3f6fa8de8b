import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** How long an admin may take over HubSpot's consent page. */
export const CONSENT_MS = 600_000;

/** What a consent begins with: the state that goes to HubSpot, and the PKCE verifier that stays here. */
export type Begun = { readonly state: string; readonly verifier: string };

/** Why a state that came back is not taken, or its verifier and digest. */
export type StateCheck =
  | { readonly ok: true; readonly verifier: string; readonly digest: Buffer }
  | { readonly ok: false; readonly reason: "forged" | "expired" | "other_browser" };

/** Returns a new random name for a browser. */
export function newBrowser(): string {
  return randomBytes(24).toString("base64url");
}

function mac(secretKey: string, ...parts: readonly string[]): string {
  return createHmac("sha256", Buffer.from(secretKey, "base64"))
    .update(JSON.stringify(["consent", ...parts]))
    .digest("base64url");
}

function isEqual(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** Begins a consent at `now` (ms) for one browser. Nothing of it is stored: the verifier follows from key and state. */
export function beginConsent(secretKey: string, browser: string, now: number): Begun {
  const nonce = randomBytes(18).toString("base64url");
  const at = Math.floor(now).toString(36);
  const who = mac(secretKey, "browser", browser).slice(0, 22);
  const body = `${nonce}.${at}.${who}`;
  return {
    state: `${body}.${mac(secretKey, "state", body)}`,
    verifier: mac(secretKey, "verifier", nonce),
  };
}

function checkWith(secretKey: string, state: string, browser: string, now: number): StateCheck {
  const [nonce = "", at = "", who = "", signature = ""] = state.split(".");
  const body = `${nonce}.${at}.${who}`;
  if (!isEqual(signature, mac(secretKey, "state", body))) return { ok: false, reason: "forged" };
  if (!isEqual(who, mac(secretKey, "browser", browser).slice(0, 22)))
    return { ok: false, reason: "other_browser" };
  if (now > Number.parseInt(at, 36) + CONSENT_MS) return { ok: false, reason: "expired" };
  const digest = createHash("sha256").update(state).digest();
  return { ok: true, verifier: mac(secretKey, "verifier", nonce), digest };
}

/** Checks a state that came back to this browser at `now` (ms); any of the keys may have signed it. */
export function checkState(
  secretKeys: readonly string[],
  state: string,
  browser: string,
  now: number,
): StateCheck {
  let check: StateCheck = { ok: false, reason: "forged" };
  for (const key of secretKeys) {
    check = checkWith(key, state, browser, now);
    if (check.ok || check.reason !== "forged") return check;
  }
  return check;
}
