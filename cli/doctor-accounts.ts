import type { Config } from "../config/config.ts";
import type { HubSpotClient } from "../src/hubspot/client.ts";
import { oauthOf } from "../src/portals/install.ts";
import type { Database } from "../src/store/database.ts";
import { listFeatures } from "../src/store/portal-features.ts";
import { loadTokens } from "../src/store/portal-tokens.ts";
import type { Portal } from "../src/store/portals.ts";
import { type Finding, fault, warning, wordsOf } from "./doctor-finding.ts";
import { checkAccount, createPlainClient } from "./doctor-hubspot.ts";

/** What was found of an account that installed the app, and a client for it where its token serves. */
export type AccountCheck = {
  readonly findings: readonly Finding[];
  readonly client: HubSpotClient | undefined;
};

/** Checks the tokens of an account that installed the app, as stored, and that HubSpot takes them. */
export async function checkInstalled(config: Config, db: Database, portal: string): Promise<AccountCheck> {
  const check = "hubspot";
  const oauth = oauthOf(config);
  if (!oauth) return { findings: [], client: undefined };
  try {
    const tokens = await loadTokens(db, oauth.keys, portal);
    if (!tokens) {
      const cure = `install the app: ${config.publicUrl}/oauth/install?portal=${portal}`;
      return { findings: [warning(check, `account ${portal} has no tokens`, cure)], client: undefined };
    }
    if (tokens.leftMs <= 0) {
      const text = `the token of account ${portal} is over; the next call renews it`;
      return { findings: [warning(check, text, "see that a worker runs: `npm start`")], client: undefined };
    }
    const client = createPlainClient(config, tokens.accessToken);
    return { findings: [await checkAccount(config, client, portal)], client };
  } catch (error) {
    const cure = "put every key that tokens are sealed with into SECRET_KEY";
    return { findings: [fault(check, wordsOf(error), cure)], client: undefined };
  }
}

/** Tells what HubSpot refuses the portal. */
export async function checkFeatures(db: Database, { portal }: Portal): Promise<readonly Finding[]> {
  const off = (await listFeatures(db, portal)).filter((feature) => feature.isOff);
  return off.map(({ feature, reason }) =>
    warning(
      "features",
      `portal ${portal}: ${feature} are off: ${reason}`,
      "see `scorekeeper portal list`; nothing to do where no score needs it",
    ),
  );
}
