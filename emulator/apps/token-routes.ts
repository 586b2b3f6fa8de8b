import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { type Answer, noContent, ok } from "../http/answer.ts";
import { grantToken, refreshGrant, revokeToken, secondsLeft } from "../http/authentication.ts";
import { type ApiRequest, parseBody, type Route } from "../http/route.ts";
import type { PortalSite, Sites } from "../portal-site.ts";
import { type OAuthApp, takeCode } from "./oauth-app.ts";

const tokenForm = z.object({
  grant_type: z.enum(["authorization_code", "refresh_token", "client_credentials"]),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
  refresh_token: z.string().optional(),
  scope: z.string().optional(),
});
type TokenForm = z.infer<typeof tokenForm>;
const inspectForm = z.object({ token: z.string(), token_type_hint: z.string().optional() });

/** Returns the OAuth routes: form bodies, the app's id and secret checked, one book of tokens for each portal. */
export function tokenRoutes(app: OAuthApp, sites: Sites): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/oauth/:version/token",
      handle: (request) => giveToken(app, sites, parseBody(request, tokenForm)),
    },
    {
      method: "POST",
      path: "/oauth/:version/token/introspect",
      handle: (request) => introspect(sites, request),
    },
    {
      method: "POST",
      path: "/oauth/:version/token/revoke",
      handle: (request) => {
        const { token } = parseBody(request, inspectForm);
        for (const { tokens } of sites.all) revokeToken(tokens, token);
        return noContent();
      },
    },
  ];
}

function giveToken(app: OAuthApp, sites: Sites, form: TokenForm): Answer {
  const { clientId, clientSecret } = app.settings;
  if (form.client_id !== clientId || form.client_secret !== clientSecret)
    return refuse("invalid_client", "client id or secret is wrong", "BAD_CLIENT_ID");
  if (form.grant_type === "client_credentials") return giveAppToken(app, form.scope ?? "");
  return form.grant_type === "authorization_code" ? exchange(app, sites, form) : refresh(sites, form);
}

/** A token of the app itself, which HubSpot gives for its journal alone. */
function giveAppToken(app: OAuthApp, scope: string): Answer {
  const scopes = scope.split(" ").filter((name) => name !== "");
  const { tokenSeconds } = app.settings;
  const token = randomUUID();
  app.appTokens.set(token, { scopes, expiresAt: performance.now() + tokenSeconds * 1000 });
  return ok({ token_type: "bearer", access_token: token, expires_in: tokenSeconds });
}

function exchange(app: OAuthApp, sites: Sites, form: TokenForm): Answer {
  const consent = takeCode(app, form.code ?? "");
  const site = sites.byId(String(consent?.portalId ?? ""));
  if (!consent || !site) return refuse("invalid_grant", "missing or unknown auth code", "BAD_AUTH_CODE");
  if (consent.redirectUri !== form.redirect_uri)
    return refuse("invalid_grant", "redirect_uri does not match", "MISMATCH_REDIRECT_URI_AUTH_CODE");
  const hash = createHash("sha256")
    .update(form.code_verifier ?? "")
    .digest("base64url");
  if (consent.challenge !== undefined && consent.challenge !== hash)
    return refuse("invalid_grant", "code_verifier does not match", "BAD_CODE_VERIFIER");
  return granted(site, consent.scopes, grantToken(site.tokens, consent.scopes));
}

function refresh(sites: Sites, form: TokenForm): Answer {
  for (const site of sites.all) {
    const fresh = refreshGrant(site.tokens, form.refresh_token ?? "");
    if (fresh) return granted(site, fresh.scopes, fresh);
  }
  return refuse("invalid_grant", "refresh token is invalid, expired or revoked", "BAD_REFRESH_TOKEN");
}

function granted(
  { portal }: PortalSite,
  scopes: readonly string[],
  token: ReturnType<typeof grantToken>,
): Answer {
  return ok({
    token_type: "bearer",
    access_token: token.accessToken,
    refresh_token: token.refreshToken,
    expires_in: token.expiresInSeconds,
    hub_id: portal.id,
    user_id: 1,
    scopes,
    token_use: "access_token",
  });
}

function refuse(error: string, message: string, status: string): Answer {
  return { status: 400, body: { error, error_description: message, status, message } };
}

function introspect(sites: Sites, request: ApiRequest): Answer {
  const { token, token_type_hint: hint } = parseBody(request, inspectForm);
  for (const { portal, tokens } of sites.all) {
    const isRefresh = hint === "refresh_token";
    const left = isRefresh ? (tokens.refreshTokens.has(token) ? 0 : undefined) : secondsLeft(tokens, token);
    if (left === undefined) continue;
    return ok({
      active: true,
      token_use: hint ?? "access_token",
      hub_id: portal.id,
      hub_domain: "emulated.example",
      user: "admin@emulated.example",
      user_id: 1,
      app_id: 1,
      scopes: tokens.grants.get(token)?.scopes ?? tokens.refreshTokens.get(token) ?? ["oauth"],
      expires_in: left,
      is_private_distribution: true,
    });
  }
  return ok({ active: false });
}
