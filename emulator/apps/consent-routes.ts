import { z } from "zod";
import type { Answer } from "../http/answer.ts";
import { type ApiRequest, parseBody, type Route } from "../http/route.ts";
import { offersScope } from "../portal/tier.ts";
import type { PortalSite, Sites } from "../portal-site.ts";
import { giveCode, mayRedirect, type OAuthApp } from "./oauth-app.ts";
import { escaped, page, redirect } from "./page.ts";

const request = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string().default(""),
  optional_scope: z.string().default(""),
  state: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
});
type AuthorizeRequest = z.infer<typeof request>;
const decision = request.extend({ portal: z.string(), decision: z.enum(["grant", "cancel"]) });

/** Returns HubSpot's consent page, with the choice of a portal or for a given one, and what its buttons do. */
export function consentRoutes(app: OAuthApp, sites: Sites): readonly Route[] {
  return [
    { method: "GET", path: "/oauth/authorize", handle: (asked) => showConsent(app, sites.all, asked) },
    {
      method: "GET",
      path: "/oauth/:portal/authorize",
      handle: (asked) => {
        const site = sites.byId(asked.params.get("portal") ?? "");
        return site ? showConsent(app, [site], asked) : page("No such account", "", 404);
      },
    },
    { method: "POST", path: "/oauth/authorize", handle: (asked) => decide(app, sites, asked) },
  ];
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** What HubSpot tells on a page of its own, as it trusts no address to lead back to. */
function faultOf(app: OAuthApp, asked: AuthorizeRequest): string | undefined {
  if (asked.client_id !== app.settings.clientId) return "No app has this client id.";
  if (!mayRedirect(app, asked.redirect_uri)) return "The redirect URL is not one of the app's.";
  const scopes = new Set(words(asked.scope));
  const missing = app.settings.requiredScopes.filter((scope) => !scopes.has(scope) && scope !== "oauth");
  if (missing.length > 0) return `Scopes that the app requires are missing: ${missing.join(", ")}.`;
  if (asked.code_challenge !== undefined && asked.code_challenge_method !== "S256")
    return "code_challenge_method must be S256.";
  return undefined;
}

function showConsent(app: OAuthApp, sites: readonly PortalSite[], { query }: ApiRequest): Answer {
  const parsed = request.safeParse(Object.fromEntries(query));
  if (!parsed.success) return page("Authorization failed", "<p>A parameter is missing.</p>", 400);
  const fault = faultOf(app, parsed.data);
  if (fault !== undefined) return page("Authorization failed", `<p>${escaped(fault)}</p>`, 400);
  const hidden = Object.entries(parsed.data).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value ?? "")}">`,
  );
  const choices = sites.map(
    ({ portal, tier }, index) =>
      `<p><label><input type="radio" name="portal" value="${portal.id}"${index === 0 ? " checked" : ""}> Account ${portal.id} (${tier})</label></p>`,
  );
  const scopes = words(`${parsed.data.scope} ${parsed.data.optional_scope}`);
  return page(
    "Connect the app to HubSpot",
    `<form method="post" action="/oauth/authorize">${hidden.join("")}${choices.join("")}
<p>The app asks for:</p><ul>${scopes.map((scope) => `<li>${escaped(scope)}</li>`).join("")}</ul>
<button name="decision" value="grant">Connect app</button> <button name="decision" value="cancel">Cancel</button></form>`,
  );
}

function back(asked: AuthorizeRequest, fields: { readonly [name: string]: string }): Answer {
  const target = new URL(asked.redirect_uri);
  for (const [name, value] of Object.entries(fields)) target.searchParams.set(name, value);
  if (asked.state !== undefined) target.searchParams.set("state", asked.state);
  return redirect(target.toString());
}

function decide(app: OAuthApp, sites: Sites, asked: ApiRequest): Answer {
  const form = parseBody(asked, decision);
  const site = sites.byId(form.portal);
  const fault = faultOf(app, { ...form, code_challenge: undefined });
  if (fault !== undefined || !site)
    return page("Authorization failed", `<p>${escaped(fault ?? "No such account.")}</p>`, 400);
  if (form.decision === "cancel")
    return back(form, { error: "access_denied", error_description: "The user denied access." });
  const refused = words(form.scope).filter((scope) => !offersScope(site.tier, scope));
  if (refused.length > 0)
    return back(form, {
      error: "invalid_scope",
      error_description: `The account cannot give ${refused.join(", ")}.`,
    });
  const optional = words(form.optional_scope).filter(
    (scope) => offersScope(site.tier, scope) && !site.withheld.has(scope),
  );
  const code = giveCode(app, {
    portalId: site.portal.id,
    redirectUri: form.redirect_uri,
    scopes: [...new Set(["oauth", ...words(form.scope), ...optional])],
    challenge: form.code_challenge === "" ? undefined : form.code_challenge,
  });
  return back(form, { code });
}
