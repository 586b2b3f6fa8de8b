import { z } from "zod";
import { type Answer, noContent, ok } from "../http/answer.ts";
import { grantToken, revokeToken, secondsLeft, type TokenBook } from "../http/authentication.ts";
import { type ApiRequest, parseBody, type Route } from "../http/route.ts";
import type { Portal } from "../portal/portal.ts";

const SCOPES = [
  "oauth",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.schemas.contacts.read",
  "crm.schemas.contacts.write",
  "crm.objects.companies.read",
  "crm.objects.companies.write",
  "crm.objects.deals.read",
  "crm.lists.read",
];

const tokenForm = z.object({
  grant_type: z.enum(["authorization_code", "refresh_token"]),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  code: z.string().optional(),
  redirect_uri: z.string().optional(),
  refresh_token: z.string().optional(),
});
const introspectForm = z.object({ token: z.string(), token_type_hint: z.string().optional() });

/** Returns the OAuth routes: form bodies; any authorization code is good once it is not empty. */
export function oauthRoutes(portal: Portal, tokens: TokenBook): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/oauth/:version/token",
      handle: (request) => giveToken(portal, tokens, request),
    },
    {
      method: "POST",
      path: "/oauth/:version/token/introspect",
      handle: (request) => introspect(portal, tokens, request),
    },
    {
      method: "POST",
      path: "/oauth/:version/token/revoke",
      handle: (request) => {
        revokeToken(tokens, parseBody(request, introspectForm).token);
        return noContent();
      },
    },
  ];
}

function giveToken(portal: Portal, tokens: TokenBook, request: ApiRequest): Answer {
  const form = parseBody(request, tokenForm);
  if (form.grant_type === "authorization_code" && (!form.code || !form.redirect_uri))
    return refuse("missing or unknown auth code", "BAD_AUTH_CODE");
  if (form.grant_type === "refresh_token" && !tokens.refreshTokens.has(form.refresh_token ?? "")) {
    return refuse("refresh token is invalid, expired or revoked", "BAD_REFRESH_TOKEN");
  }
  const granted = grantToken(tokens, form.grant_type === "refresh_token" ? form.refresh_token : undefined);
  return ok({
    token_type: "bearer",
    access_token: granted.accessToken,
    refresh_token: granted.refreshToken,
    expires_in: granted.expiresInSeconds,
    hub_id: portal.id,
    user_id: 1,
    scopes: SCOPES,
    token_use: "access_token",
  });
}

function refuse(message: string, status: string): Answer {
  return { status: 400, body: { error: "invalid_grant", error_description: message, status, message } };
}

function introspect(portal: Portal, tokens: TokenBook, request: ApiRequest): Answer {
  const { token, token_type_hint: hint } = parseBody(request, introspectForm);
  const left =
    hint === "refresh_token" ? (tokens.refreshTokens.has(token) ? 0 : undefined) : secondsLeft(tokens, token);
  if (left === undefined) return ok({ active: false });
  return ok({
    active: true,
    token_use: hint ?? "access_token",
    hub_id: portal.id,
    hub_domain: "emulated.example",
    user: "admin@emulated.example",
    user_id: 1,
    app_id: 1,
    scopes: SCOPES,
    expires_in: left,
    is_private_distribution: true,
  });
}
