import type { Config } from "../../config/config.ts";
import {
  exchangeCode,
  type Grant,
  inspectToken,
  type OAuthApp,
  refreshTokens,
  revokeToken,
} from "../hubspot/oauth.ts";
import { REQUIRED_SCOPES } from "../hubspot/scopes.ts";
import { keepCoverage } from "../store/coverage.ts";
import type { Database } from "../store/database.ts";
import { connectPortal, erasePortalChunk, hurryPortal } from "../store/installs.ts";
import { createKeyRing, type KeyRing } from "../store/key-ring.ts";
import { forgetFeatures } from "../store/portal-features.ts";
import { saveTokens } from "../store/portal-tokens.ts";
import { createTokenSource, type TokenSource } from "./portal-tokens.ts";

/** What installation by OAuth works with. */
export type OAuth = { readonly app: OAuthApp; readonly keys: KeyRing };

/** The app and its key ring, or undefined where the configuration does not allow installation by OAuth. */
export function oauthOf({ hubspot, secretKeys }: Config): OAuth | undefined {
  const [clientSecret] = hubspot.clientSecrets;
  if (hubspot.clientId === undefined || clientSecret === undefined || secretKeys.length === 0)
    return undefined;
  const { apiUrl, apiVersion: version, clientId } = hubspot;
  return { app: { apiUrl, version, clientId, clientSecret }, keys: createKeyRing(secretKeys) };
}

/** The tokens of all portals connected by OAuth. */
export function tokensOf(
  { app, keys }: OAuth,
  db: Database,
  onUninstalled: (portal: string, reason: string) => void,
): TokenSource {
  return createTokenSource({ db, keys, onUninstalled, refresh: (token) => refreshTokens(app, token) });
}

/** What became of a consent that came back with a code. */
export type Installed =
  | { readonly ok: true; readonly portal: string; readonly isNew: boolean }
  | { readonly ok: false; readonly reason: "refused" | "missing_scopes"; readonly detail: string };

async function ownerOf(app: OAuthApp, grant: Grant): Promise<{ portal: string; scopes: readonly string[] }> {
  const { portal, scopes } = grant;
  if (portal !== undefined && scopes !== undefined) return { portal, scopes };
  return inspectToken(app, grant.accessToken);
}

/**
 * Exchanges the code of a consent and connects its account: tokens sealed, its set-up due. An account that had
 * uninstalled the app is read anew, as nobody told of its changes meanwhile.
 * @throws HubSpotError where HubSpot gave no usable answer.
 */
export async function installPortal(
  { app, keys }: OAuth,
  db: Database,
  consent: { readonly code: string; readonly redirectUri: string; readonly verifier: string },
): Promise<Installed> {
  const answer = await exchangeCode(app, consent);
  if (!answer.ok) return { ok: false, reason: "refused", detail: answer.refused };
  const { grant } = answer;
  const { portal, scopes } = await ownerOf(app, grant);
  const missing = REQUIRED_SCOPES.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) {
    await revokeToken(app, grant.refreshToken).catch(() => undefined);
    return { ok: false, reason: "missing_scopes", detail: missing.join(", ") };
  }
  const before = await db.transaction(async (tx) => {
    const status = await connectPortal(tx, portal);
    await saveTokens(tx, keys, portal, { ...grant, scopes, isReplacement: false });
    await forgetFeatures(tx, portal);
    await hurryPortal(tx, portal);
    if (status === "uninstalled") await keepCoverage(tx, portal, []);
    return status;
  });
  return { ok: true, portal, isNew: before === null };
}

const ERASED_AT_ONCE = 10_000;

/** Deletes everything that is kept of a portal but that it was there. */
export async function erasePortal(db: Database, portal: string): Promise<void> {
  while ((await erasePortalChunk(db, portal, ERASED_AT_ONCE)) > 0);
}
