import { getAccount } from "../hubspot/account.ts";
import type { HubSpotClient } from "../hubspot/client.ts";
import { HubSpotError } from "../hubspot/hubspot-error.ts";
import { chooseSources } from "../scores/choose-sources.ts";
import { ensureProperties } from "../scores/ensure-properties.ts";
import { PublishError } from "../scores/publish-checks.ts";
import { publishScores, startRuns } from "../scores/publish-scores.ts";
import type { ScoreDefinition } from "../scoring/definition.ts";
import type { Database } from "../store/database.ts";
import { forgetHeld } from "../store/pending-writes.ts";
import { setTimeZone } from "../store/portals.ts";
import { listScores, publishedScores, saveDraft } from "../store/scores.ts";
import { probeFeatures } from "./probe-features.ts";

/** What setting an account up works with. */
export type SetUpDeps = {
  readonly db: Database;
  readonly client: HubSpotClient;
  readonly now: () => number;
  readonly wake: () => Promise<void>;
  /** Scores that an account without any gets. */
  readonly starters: readonly ScoreDefinition[];
  /** Told of a score that cannot be put to work in this account, and why. */
  readonly onFault: (score: string, error: Error) => void;
};

/** Runs the work for one score; what keeps just this score from working is told and stops no other. */
async function forScore(deps: SetUpDeps, score: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isOfScore =
      error instanceof PublishError || (error instanceof HubSpotError && error.status === 403);
    if (!isOfScore) throw error;
    deps.onFault(score, error);
  }
}

async function addStarters(deps: SetUpDeps, portal: string): Promise<void> {
  if (deps.starters.length === 0 || (await listScores(deps.db, portal)).length > 0) return;
  for (const definition of deps.starters) await saveDraft(deps.db, portal, definition, "install");
}

/** Publishes the starters that are still drafts: an interrupted set-up goes on where it was. */
async function publishStarters(deps: SetUpDeps, portal: string): Promise<void> {
  const drafts = (await listScores(deps.db, portal)).filter(
    (score) => score.status === "draft" && score.draftBy === "install",
  );
  for (const { name } of drafts)
    await forScore(deps, name, async () => {
      await publishScores(deps, portal, { names: [name], by: "install" });
    });
}

/** Makes the properties of the scores that are on where they are gone, so that every value is written anew. */
async function restoreProperties(deps: SetUpDeps, portal: string): Promise<void> {
  for (const score of await publishedScores(deps.db, portal))
    await forScore(deps, score.name, async () => {
      const made = await ensureProperties(deps.client, score);
      await forgetHeld(deps.db, portal, score.object, made);
    });
}

/**
 * Does what a new or renewed connection needs: time zone, the properties of its scores, a run that reads what is not
 * known and scores every record, and what the account allows. May be done again after it was interrupted.
 * @throws HubSpotError where the account cannot be called; an Error where the token belongs to another account.
 */
export async function setUpPortal(deps: SetUpDeps, portal: string): Promise<void> {
  const account = await getAccount(deps.client);
  if (account.portalId !== portal) throw new Error(`the tokens belong to account ${account.portalId}`);
  await setTimeZone(deps.db, portal, account.timeZone);
  await restoreProperties(deps, portal);
  const published = await publishedScores(deps.db, portal);
  const objects = new Set(published.map((score) => score.object));
  await chooseSources(
    deps,
    portal,
    published.map((score) => score.definition),
  );
  await deps.db.transaction((tx) => startRuns(tx, portal, [...objects]));
  await addStarters(deps, portal);
  await publishStarters(deps, portal);
  await deps.wake();
  await probeFeatures(deps.db, portal, deps.client);
}
