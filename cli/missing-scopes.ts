import type { Context } from "../src/context.ts";
import { HubSpotError } from "../src/hubspot/hubspot-error.ts";
import { forgetRefusals } from "../src/store/portal-features.ts";

function cureOf({ config, oauth }: Context, portal: string): string {
  if (oauth && config.hubspot.single?.portal !== portal)
    return `have an admin of the account consent anew at ${config.publicUrl}/oauth/install?portal=${portal}`;
  return "add it to the scopes of the app that HUBSPOT_ACCESS_TOKEN belongs to (in HubSpot, the app's scopes)";
}

/**
 * What to show for a command's failure: where HubSpot refuses the portal a call for want of scopes, a sentence with these
 * and the cure; else the error itself. The next call asks HubSpot again, as nothing tells when a static token got a scope.
 */
export async function explainRefusal(context: Context, portal: string, error: unknown): Promise<unknown> {
  if (!(error instanceof HubSpotError) || error.code !== "MISSING_SCOPES") return error;
  await forgetRefusals(context.db, portal, error.missingScopes ?? []);
  const scopes = (error.missingScopes ?? []).join(" or ");
  const lack = scopes === "" ? "a scope is" : `the scope ${scopes} is`;
  const cure = cureOf(context, portal);
  return new Error(
    `HubSpot refuses this to portal ${portal}: ${lack} not granted. To cure it, ${cure}; then run this again`,
    { cause: error },
  );
}
