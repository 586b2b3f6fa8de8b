import type { HubSpotClient } from "../hubspot/client.ts";
import { HubSpotError } from "../hubspot/hubspot-error.ts";
import type { PortalTokens } from "./portal-tokens.ts";

/**
 * The portal's client, which makes a call once more where HubSpot refused its token (401) or what it allows (403), so
 * that nothing came of the call, and there is another token.
 */
export function renewingClient(client: HubSpotClient, tokens: PortalTokens): HubSpotClient {
  return {
    version: client.version,
    async request(call) {
      await tokens.token();
      const generation = tokens.generation();
      try {
        return await client.request(call);
      } catch (error) {
        if (!(error instanceof HubSpotError)) throw error;
        const isWorthAnother =
          (error.status === 401 && (await tokens.replace(generation))) ||
          (error.status === 403 && (await tokens.reread(generation)));
        if (!isWorthAnother) throw error;
        return client.request(call);
      }
    },
  };
}
