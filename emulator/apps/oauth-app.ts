import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { TokenSettings } from "../http/authentication.ts";

const CODE_MS = 600_000;

/** What the emulator is told about the app that portals may install. */
export const appSettings = z.object({
  clientId: z.string().min(1).default("emulated-app"),
  clientSecret: z.string().min(1).default("emulated-secret"),
  /** Addresses that a consent may lead back to; none: any on this machine. */
  redirectUrls: z.array(z.url()).default([]),
  requiredScopes: z.array(z.string()).default(["oauth"]),
  /** Where the app's Install links lead; the portal's id is added. */
  installUrl: z.url().optional(),
  /** Seconds that access tokens are good for. */
  tokenSeconds: z.number().positive().default(1800),
  rotatesRefreshTokens: z.boolean().default(false),
  /** Whether HubSpot lets the app use the webhooks journal. */
  journal: z.boolean().default(true),
});
export type AppSettings = z.infer<typeof appSettings>;

/** What a consent allowed, until its code is exchanged. */
export type Consent = {
  readonly portalId: number;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
};

/** The one app that portals may install: its settings and the codes that were given for consents. */
export type OAuthApp = {
  settings: AppSettings;
  readonly tokens: TokenSettings;
  readonly codes: Map<string, Consent & { readonly expiresAt: number }>;
  /** Tokens of the app itself (client credentials). */
  readonly appTokens: Map<string, { readonly scopes: readonly string[]; readonly expiresAt: number }>;
};

/** Returns an app with these settings that no portal has installed yet. */
export function createOAuthApp(settings: Partial<AppSettings> = {}): OAuthApp {
  const app: OAuthApp = {
    ...{ settings: appSettings.parse({}), tokens: { seconds: 0, rotates: false } },
    ...{ codes: new Map(), appTokens: new Map() },
  };
  changeApp(app, settings);
  return app;
}

/** Changes some settings of the app; what is not named stays. */
export function changeApp(app: OAuthApp, settings: Partial<AppSettings>): void {
  app.settings = appSettings.parse({ ...app.settings, ...settings });
  app.tokens.seconds = app.settings.tokenSeconds;
  app.tokens.rotates = app.settings.rotatesRefreshTokens;
}

/** Gives out the code of a consent. */
export function giveCode(app: OAuthApp, consent: Consent): string {
  const code = randomUUID();
  app.codes.set(code, { ...consent, expiresAt: performance.now() + CODE_MS });
  return code;
}

/** Returns the consent of a code and ends the code, or undefined where there is none any more. */
export function takeCode(app: OAuthApp, code: string): Consent | undefined {
  const consent = app.codes.get(code);
  app.codes.delete(code);
  return consent && consent.expiresAt > performance.now() ? consent : undefined;
}

/** Tells whether a consent may lead back to an address. */
export function mayRedirect({ settings }: OAuthApp, uri: string): boolean {
  if (settings.redirectUrls.length > 0) return settings.redirectUrls.includes(uri);
  return URL.canParse(uri) && ["localhost", "127.0.0.1"].includes(new URL(uri).hostname);
}
