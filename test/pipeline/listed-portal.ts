import { grantToken } from "../../emulator/http/authentication.ts";
import { openWebhooksJournal } from "../../src/hubspot/webhooks-journal.ts";
import { createKeyRing } from "../../src/store/key-ring.ts";
import { saveTokens } from "../../src/store/portal-tokens.ts";
import { followJournal } from "../../workers/journal/follow-journal.ts";
import { rereadLists } from "../../workers/reconcile/reread-lists.ts";
import { newKey } from "../portals/oauth-account.ts";
import { define } from "./definitions.ts";
import { openScoredPortal, type ScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

/** 5 points for standing on list 7. */
export const LISTED = define({
  schema: 1,
  name: "Listed",
  object: "contact",
  type: "fit",
  limit: { max: 100 },
  property: { name: "listed" },
  groups: [
    {
      name: "Lists",
      side: "fit",
      rules: [{ id: "list", where: { lists: ["7"], belongs: "any" }, points: 5 }],
    },
  ],
});

/** A portal of three contacts that installed the app; the first of them is on list 7, all are on list 8. */
export type ListedPortal = ScoredPortal & {
  /** Puts contacts on a list, or takes them off. */
  change(what: "add" | "remove", ids: readonly string[], list?: string): Promise<void>;
  /** Has this many processes that just started try to take a turn at the journal, and scores and writes what it told. */
  follow(processes?: number): Promise<void>;
  /** Reads anew the lists that are in doubt, and scores and writes what that found. */
  reread(): Promise<void>;
  /** Every contact's score as HubSpot shows it. */
  shown(): Promise<(string | null | undefined)[]>;
  /** How many pages of list members were read since this call. */
  listReads(after: number): Promise<number>;
};

/** Opens a portal that has published a score over list 7 and whose journal has been looked at once. */
export async function openListedPortal(): Promise<ListedPortal> {
  const records = ["1", "2", "3"].map((id) => ({
    object: "contact",
    id,
    lists: id === "1" ? ["7", "8"] : ["8"],
  }));
  const portal = await openScoredPortal({ records, portalId: 101, share: 100 });
  const { account, db, id, work } = portal;
  const { emulator } = account;
  const scopes = ["oauth"];
  for (const { tokens } of emulator.sites.all) grantToken(tokens, scopes);
  const held = { accessToken: "a", refreshToken: "r", expiresInMs: 1_800_000, scopes, isReplacement: false };
  await saveTokens(db, createKeyRing([newKey()]), id, held);
  const app = { apiUrl: emulator.url, version: "2026-09", ...emulator.app.settings };
  const follow = async (processes = 1): Promise<void> => {
    await db.query("update journals set due_at = clock_timestamp()");
    const journals = Array.from({ length: processes }, () => openWebhooksJournal(app));
    await Promise.all(journals.map((journal) => followJournal(work, journal)));
    await drain(work, id);
  };
  const reread = async (): Promise<void> => {
    await db.query("update lists set reread_at = clock_timestamp() where reread_at is not null");
    await rereadLists(work, id);
    await drain(work, id);
  };
  await portal.publish(LISTED);
  await follow();
  await reread();
  return {
    ...portal,
    ...{ follow, reread },
    change: async (what, ids, list = "7") =>
      void (await account.ask("PUT", `/crm/lists/2026-09/${list}/memberships/${what}`, ids)),
    shown: async () =>
      [...(await account.values("contact"))]
        .sort(([one], [other]) => Number(one) - Number(other))
        .map(([, values]) => values["listed"]),
    listReads: async (after) =>
      (await account.callsAfter(after)).filter(({ path }) => path.endsWith("/memberships")).length,
  };
}
