import { createHash } from "node:crypto";
import { z } from "zod";
import { failureOf } from "./failed-answer.ts";
import { HubSpotError } from "./hubspot-error.ts";
import { idSchema } from "./record-answer.ts";

const ANSWER_MS = 10_000;

/** The app as HubSpot knows it, and where HubSpot is. */
export type OAuthApp = {
  readonly apiUrl: string;
  readonly version: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

const grantSchema = z
  .object({
    access_token: z.string().min(1),
    refresh_token: z.string().min(1),
    expires_in: z.number().positive(),
    hub_id: idSchema.optional(),
    scopes: z.array(z.string()).optional(),
  })
  .transform((answer) => ({
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresInMs: answer.expires_in * 1000,
    portal: answer.hub_id,
    scopes: answer.scopes,
  }));

/** Tokens as given out: the access token is good for `expiresInMs`; portal and scopes where the answer names them. */
export type Grant = z.infer<typeof grantSchema>;

const refusalSchema = z.object({ error: z.string(), status: z.string().optional().catch(undefined) });

/** What became of a request for tokens; `refused` names OAuth's error and HubSpot's own status. */
export type GrantAnswer =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly refused: string };

type Answer = { readonly status: number; readonly headers: Headers; readonly body: string };

async function post(url: string, fields: { readonly [name: string]: string }): Promise<Answer> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    const body = new URLSearchParams(fields);
    const answer = await fetch(url, { method: "POST", body, signal, redirect: "error" });
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  } catch (error) {
    const code = signal.aborted ? "TIMEOUT" : "NETWORK";
    throw new HubSpotError({ code, status: 0, retry: "later" }, { cause: error });
  }
}

function parsed<T>(answer: Answer, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(answer.body));
  } catch {
    throw new HubSpotError({ code: "UNREADABLE", status: answer.status, retry: "later" });
  }
}

function refusalOf({ status, body }: Answer): string | undefined {
  if (status < 400 || status > 499 || status === 429) return undefined;
  try {
    const { error, status: own } = refusalSchema.parse(JSON.parse(body));
    return own === undefined ? error : `${error} (${own})`;
  } catch {
    return undefined;
  }
}

function postForTokens(app: OAuthApp, fields: { readonly [name: string]: string }): Promise<Answer> {
  return post(`${app.apiUrl}/oauth/${app.version}/token`, {
    ...{ client_id: app.clientId, client_secret: app.clientSecret },
    ...fields,
  });
}

async function askForTokens(
  app: OAuthApp,
  fields: { readonly [name: string]: string },
): Promise<GrantAnswer> {
  const answer = await postForTokens(app, fields);
  const refused = refusalOf(answer);
  if (refused !== undefined) return { ok: false, refused };
  if (answer.status !== 200) throw failureOf(answer.status, answer.headers, answer.body);
  return { ok: true, grant: parsed(answer, grantSchema) };
}

/** Exchanges the code of a consent for tokens. @throws HubSpotError where HubSpot gave no usable answer. */
export function exchangeCode(
  app: OAuthApp,
  consent: { readonly code: string; readonly redirectUri: string; readonly verifier: string },
): Promise<GrantAnswer> {
  const { code, redirectUri, verifier } = consent;
  return askForTokens(app, {
    ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier },
  });
}

/** Exchanges a refresh token for fresh tokens. @throws HubSpotError where HubSpot gave no usable answer. */
export function refreshTokens(app: OAuthApp, refreshToken: string): Promise<GrantAnswer> {
  return askForTokens(app, { grant_type: "refresh_token", refresh_token: refreshToken });
}

const appGrantSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/**
 * Asks for a token of the app itself (client credentials), which stands for no account.
 * @throws HubSpotError where HubSpot gave none: 403 where it refuses the app these scopes, 401 where it does not know the app.
 */
export async function grantAppToken(
  app: OAuthApp,
  scopes: readonly string[],
): Promise<{ readonly token: string; readonly expiresInMs: number }> {
  const answer = await postForTokens(app, { grant_type: "client_credentials", scope: scopes.join(" ") });
  const refused = refusalOf(answer);
  if (refused?.startsWith("invalid_client"))
    throw new HubSpotError({ code: "UNAUTHORIZED", status: 401, retry: "later", category: refused });
  if (refused !== undefined)
    throw new HubSpotError({ code: "FORBIDDEN", status: 403, retry: "never", category: refused });
  if (answer.status !== 200) throw failureOf(answer.status, answer.headers, answer.body);
  const grant = parsed(answer, appGrantSchema);
  return { token: grant.access_token, expiresInMs: grant.expires_in * 1000 };
}

const inspectionSchema = z.object({ hub_id: idSchema, scopes: z.array(z.string()) });

/** Returns the account and the scopes of an access token. */
export async function inspectToken(
  app: OAuthApp,
  accessToken: string,
): Promise<{ portal: string; scopes: string[] }> {
  const answer = await post(`${app.apiUrl}/oauth/${app.version}/token/introspect`, {
    ...{ client_id: app.clientId, client_secret: app.clientSecret },
    ...{ token: accessToken, token_type_hint: "access_token" },
  });
  if (answer.status !== 200) throw failureOf(answer.status, answer.headers, answer.body);
  const { hub_id: portal, scopes } = parsed(answer, inspectionSchema);
  return { portal, scopes };
}

/** Gives tokens back to HubSpot that are not wanted. */
export async function revokeToken(app: OAuthApp, refreshToken: string): Promise<void> {
  await post(`${app.apiUrl}/oauth/${app.version}/token/revoke`, {
    ...{ client_id: app.clientId, client_secret: app.clientSecret },
    ...{ token: refreshToken, token_type_hint: "refresh_token" },
  });
}

/** What an account's admin is asked to allow. */
export type ConsentRequest = {
  readonly appUrl: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly optionalScopes: readonly string[];
  readonly state: string;
  readonly verifier: string;
  /** The account, where only one will do. */
  readonly portal?: string;
};

/** The address of HubSpot's consent page, with PKCE (S256). */
export function consentUrl(request: ConsentRequest): string {
  const path = request.portal === undefined ? "/oauth/authorize" : `/oauth/${request.portal}/authorize`;
  const query = new URLSearchParams({
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    scope: request.scopes.join(" "),
    optional_scope: request.optionalScopes.join(" "),
    state: request.state,
    code_challenge: createHash("sha256").update(request.verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  return `${request.appUrl}${path}?${query}`;
}
