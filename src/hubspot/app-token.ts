import { grantAppToken, type OAuthApp } from "./oauth.ts";
import type { TokenProvider } from "./token.ts";

/** A token is replaced when a fifth of its time is left, or a minute. */
const LONGEST_MARGIN_MS = 60_000;

/** The app's own token. */
export type AppToken = TokenProvider & {
  /** Forgets the token held, which HubSpot took no more: the next call gets another. False where none was held. */
  forget(): boolean;
};

/** Returns the app's own token for these scopes, asked for when first needed and again shortly before it ends. */
export function createAppToken(app: OAuthApp, scopes: readonly string[]): AppToken {
  let held: { readonly token: string; readonly until: number } | undefined;
  return {
    async token() {
      if (held && performance.now() < held.until) return held.token;
      const startedAt = performance.now();
      const { token, expiresInMs } = await grantAppToken(app, scopes);
      held = { token, until: startedAt + expiresInMs - Math.min(LONGEST_MARGIN_MS, expiresInMs / 5) };
      return token;
    },
    forget() {
      const hadToken = held !== undefined;
      held = undefined;
      return hadToken;
    },
  };
}
