import { createHash, randomBytes } from "node:crypto";
import type { EmulatorOptions } from "../../emulator/start-emulator.ts";
import { type Emulator, startEmulator } from "../../emulator/start-emulator.ts";
import type { OAuthApp } from "../../src/hubspot/oauth.ts";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../../src/hubspot/scopes.ts";
import { decide } from "../emulator/consent.ts";

const REDIRECT = "http://localhost/oauth/callback";

/** A fresh secret key. */
export function newKey(): string {
  return randomBytes(32).toString("base64");
}

/** A consent that an admin of the portal has given, ready for its exchange. */
type GivenConsent = {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
};

/** Emulated accounts that may install the app. */
export type OAuthAccount = AsyncDisposable & {
  readonly emulator: Emulator;
  readonly app: OAuthApp;
  consent(portal: number, optional?: readonly string[]): Promise<GivenConsent>;
  control(path: string, body?: object): Promise<void>;
  /** How often tokens were asked for, and the status of each answer. */
  tokenCalls(): readonly number[];
  /** Calls of the API made with a portal's tokens. */
  callsOf(
    portal: number,
  ): readonly { readonly path: string; readonly status: number; readonly seq: number }[];
};

/** Starts emulated accounts without records, 101 (enterprise) and what the options add. */
export async function startOAuthAccount(options: EmulatorOptions = {}): Promise<OAuthAccount> {
  const emulator = await startEmulator({ portalId: 101, data: [], burst: 0, ...options });
  const { clientId, clientSecret } = emulator.app.settings;
  const calls = () => emulator.calls.calls;
  return {
    emulator,
    app: { apiUrl: emulator.url, version: "2026-09", clientId, clientSecret },
    async consent(portal, optional = OPTIONAL_SCOPES) {
      const verifier = randomBytes(32).toString("base64url");
      const back = await decide(emulator.url, portal, {
        ...{ client_id: clientId, redirect_uri: REDIRECT },
        ...{ scope: REQUIRED_SCOPES.join(" "), optional_scope: optional.join(" ") },
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
      });
      return { code: back.searchParams.get("code") ?? "", redirectUri: REDIRECT, verifier };
    },
    async control(path, body = {}) {
      const answer = await fetch(emulator.url + path, { method: "POST", body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    tokenCalls: () =>
      calls()
        .filter((call) => call.path.endsWith("/token"))
        .map((call) => call.status),
    callsOf: (portal) => calls().filter((call) => call.portal === portal),
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}
