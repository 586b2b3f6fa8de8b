import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { idSchema } from "./record-answer.ts";

const accountSchema = z.object({
  portalId: idSchema,
  timeZone: z.string().min(1),
  accountType: z.string().nullish(),
  uiDomain: z.string().nullish(),
});

/** The account behind a token: its portal id and IANA time zone, among others. */
export type Account = z.infer<typeof accountSchema>;

/** Returns the details of the account that the client's token belongs to. */
export function getAccount(client: HubSpotClient): Promise<Account> {
  const path = `/account-info/${client.version}/details`;
  return client.request({ method: "GET", path, answer: accountSchema });
}
