import type { HubSpotClient } from "../hubspot/client.ts";
import { HubSpotError } from "../hubspot/hubspot-error.ts";
import type { PortalTokens } from "./portal-tokens.ts";

/**
 * The portal's client, which makes a call once more where HubSpot refused its token (401, so nothing came of the call)
 * and there is another one.
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
        if (!(error instanceof HubSpotError) || error.status !== 401) throw error;
        if (!(await tokens.replace(generation))) throw error;
        return client.request(call);
      }
    },
  };
}
