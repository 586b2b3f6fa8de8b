import { z } from "zod";
import type { HubSpotClient } from "./client.ts";

/** What the paths of completions begin with. */
export const COMPLETION_PATH = "/automation/actions/callbacks/";

/** The end of a blocked execution: its callback id and what the workflow is told. */
export type Completion = { readonly callbackId: string; readonly outputs: Readonly<Record<string, string>> };

/**
 * Ends blocked executions of workflow actions, all in one call. `typedOutputs` is required by HubSpot's specification,
 * though its guide leaves it out.
 * @throws HubSpotError where HubSpot takes none of them.
 */
export async function completeExecutions(
  client: HubSpotClient,
  completions: readonly Completion[],
): Promise<void> {
  await client.request({
    method: "POST",
    path: `${COMPLETION_PATH}${client.version}/complete`,
    body: {
      inputs: completions.map(({ callbackId, outputs }) => ({
        ...{ callbackId, outputFields: outputs, typedOutputs: {} },
      })),
    },
    answer: z.unknown(),
  });
}
