import express, { type Request, type Response, type Router } from "express";
import { z } from "zod";
import { HubSpotError } from "../src/hubspot/hubspot-error.ts";
import { consentUrl } from "../src/hubspot/oauth.ts";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../src/hubspot/scopes.ts";
import { loggable } from "../src/log.ts";
import { installPortal, type OAuth } from "../src/portals/install.ts";
import type { Database } from "../src/store/database.ts";
import { databaseNow, useConsent } from "../src/store/installs.ts";
import { beginConsent, CONSENT_MS, checkState, newBrowser } from "./consent-state.ts";
import { INSTALL_PAGES, type InstallOutcome, installPage } from "./install-pages.ts";

/** What installation works with; `publicUrl` and `appUrl` (HubSpot's own) have no slash at their end. */
export type InstallParts = {
  readonly oauth: OAuth;
  readonly db: Database;
  readonly publicUrl: string;
  readonly appUrl: string;
  /** Keys that sign states, the first one in use. */
  readonly secretKeys: readonly string[];
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
};

const COOKIE = "scorekeeper_install";
const BROWSER = /^[\w-]{32}$/;

const installQuery = z.object({ portal: z.string().regex(/^\d+$/).optional() });
const callbackQuery = z.object({
  code: z.string().min(1).max(2_000).optional(),
  error: z.string().optional(),
  state: z.string().max(500).default(""),
});

function browserOf(request: Request): string | undefined {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  const value = pairs.find(([name]) => name === COOKIE)?.[1];
  return value !== undefined && BROWSER.test(value) ? value : undefined;
}

type Ending = { readonly outcome: InstallOutcome; readonly detail?: string };

async function begin(parts: InstallParts, request: Request, response: Response): Promise<void> {
  const { oauth, publicUrl, appUrl, secretKeys } = parts;
  const { portal } = installQuery.safeParse(request.query).data ?? {};
  const browser = browserOf(request) ?? newBrowser();
  const begun = beginConsent(secretKeys[0] ?? "", browser, await databaseNow(parts.db));
  response.cookie(COOKIE, browser, {
    ...{ httpOnly: true, sameSite: "lax", path: "/", maxAge: CONSENT_MS },
    secure: publicUrl.startsWith("https:"),
  });
  const url = consentUrl({
    ...{ appUrl, clientId: oauth.app.clientId, redirectUri: `${publicUrl}/oauth/callback` },
    ...{ scopes: REQUIRED_SCOPES, optionalScopes: OPTIONAL_SCOPES, ...begun },
    ...(portal !== undefined && { portal }),
  });
  response.set("cache-control", "no-store").redirect(302, url);
}

async function connect(parts: InstallParts, code: string, verifier: string): Promise<Ending> {
  const { oauth, db, publicUrl, log } = parts;
  const consent = { code, verifier, redirectUri: `${publicUrl}/oauth/callback` };
  const installed = await installPortal(oauth, db, consent);
  if (!installed.ok) {
    log.warn({ reason: installed.reason, detail: installed.detail }, "an installation was refused");
    const detail = installed.reason === "missing_scopes" ? { detail: installed.detail } : {};
    return { outcome: installed.reason, ...detail };
  }
  const { portal, isNew } = installed;
  log.info({ portal, isNew }, "an account was connected");
  return { outcome: isNew ? "connected" : "reconnected", detail: `Account ${portal}` };
}

async function end(parts: InstallParts, request: Request): Promise<Ending> {
  const { code, error, state } = callbackQuery.safeParse(request.query).data ?? { state: "" };
  const check = checkState(parts.secretKeys, state, browserOf(request) ?? "", await databaseNow(parts.db));
  if (!check.ok) return { outcome: check.reason };
  if (error !== undefined || code === undefined)
    return { outcome: error === "access_denied" ? "denied" : "refused" };
  if (!(await useConsent(parts.db, check.digest, 2 * CONSENT_MS))) return { outcome: "used" };
  try {
    return await connect(parts, code, check.verifier);
  } catch (failure) {
    if (!(failure instanceof HubSpotError)) throw failure;
    parts.log.warn({ error: loggable(failure) }, "an installation failed");
    return { outcome: "unavailable" };
  }
}

/**
 * Returns the routes `GET /oauth/install` (to HubSpot's consent page, for one account with `?portal=ID`) and
 * `GET /oauth/callback`, which connects the account: only once, within ten minutes, in the browser where it began.
 */
export function createInstallRoute(parts: InstallParts): Router {
  const router = express.Router();
  router.get("/oauth/install", (request, response) => begin(parts, request, response));
  router.get("/oauth/callback", async (request, response) => {
    const { outcome, detail } = await end(parts, request);
    if (INSTALL_PAGES[outcome].status !== 200) parts.log.warn({ outcome }, "an installation ended");
    response
      .status(INSTALL_PAGES[outcome].status)
      .set("cache-control", "no-store")
      .type("html")
      .send(installPage(outcome, detail));
  });
  return router;
}
