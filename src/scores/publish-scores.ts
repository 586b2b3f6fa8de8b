import type { HubSpotClient } from "../hubspot/client.ts";
import { parseDefinition, type ScoreDefinition } from "../scoring/definition.ts";
import { startRun } from "../store/backfill-runs.ts";
import { loadCoverage } from "../store/coverage.ts";
import type { Database, Queryable } from "../store/database.ts";
import { releaseSetAside } from "../store/dirty-marks.ts";
import { addVersion, findScore, publishedScores, type StoredScore } from "../store/scores.ts";
import { loadAccountFacts } from "./account-facts.ts";
import { type BackfillStep, missingReads } from "./backfill-plan.ts";
import { chooseSources } from "./choose-sources.ts";
import { ensureProperties } from "./ensure-properties.ts";
import { needsOf } from "./portal-needs.ts";
import { conflictsAmong, PublishError } from "./publish-checks.ts";
import type { Writing } from "./reason-properties.ts";
import { definitionOf, requireScore } from "./score-life.ts";

export type PublishDeps = {
  readonly db: Database;
  readonly client: HubSpotClient;
  readonly now: () => number;
  /** Wakes the workers up. */
  readonly wake: () => Promise<void>;
};

export type PublishRequest = {
  readonly names: readonly string[];
  readonly by: string;
  readonly note?: string;
  /** Publishes this version again (as a new one) in place of the draft. */
  readonly version?: number;
};

export type Published = {
  readonly scores: readonly { readonly name: string; readonly version: number }[];
  readonly runs: readonly string[];
  /** Event types that the scores read and the account has no source of. */
  readonly sourceless: readonly string[];
};

type Draft = { readonly score: StoredScore; readonly definition: ScoreDefinition };

/** What there is to publish of a score: its draft, or, where it is off without one, its last version. */
async function draftOf(db: Queryable, portal: string, name: string): Promise<Draft> {
  const score = await findScore(db, portal, name);
  if (!score) throw new PublishError([`there is no score named "${name}": import it first`]);
  if (score.draft === null && score.status === "off" && score.liveVersion !== null)
    return { score, definition: await definitionOf(db, portal, score, score.liveVersion) };
  if (score.draft === null)
    throw new PublishError([`"${score.name}" has no draft: import a changed definition to publish it`]);
  const parsed = parseDefinition(score.draft);
  if (parsed.ok) return { score, definition: parsed.definition };
  throw new PublishError(parsed.faults.map((fault) => `"${score.name}": ${fault.path}: ${fault.message}`));
}

async function candidateOf(
  db: Queryable,
  portal: string,
  name: string,
  version: number | undefined,
): Promise<Draft> {
  if (version === undefined) return draftOf(db, portal, name);
  const score = await requireScore(db, portal, name);
  return { score, definition: await definitionOf(db, portal, score, version) };
}

function writingOf({ score, definition }: Draft): Writing {
  return { definition, hasReasons: score.hasReasons };
}

/** The definitions in force once these drafts are: the newest version of every other score that is on, and they. */
async function inForceWith(db: Queryable, portal: string, drafts: readonly Draft[]): Promise<Writing[]> {
  const replaced = new Set(drafts.map(({ score }) => score.scoreId));
  const others = (await publishedScores(db, portal)).filter((score) => !replaced.has(score.scoreId));
  const newest = new Map(others.map((score) => [score.scoreId, score]));
  return [...newest.values(), ...drafts.map(writingOf)];
}

/** Starts a run for each of these object types, which reads what is missing and scores every record. Returns their ids. */
export async function startRuns(
  tx: Queryable,
  portal: string,
  objects: readonly string[],
): Promise<string[]> {
  const definitions = (await publishedScores(tx, portal)).map((score) => score.definition);
  const needs = needsOf(definitions, await loadAccountFacts(tx, portal));
  const reads = missingReads(needs, await loadCoverage(tx, portal));
  const runs: string[] = [];
  for (const object of objects) {
    const steps: BackfillStep[] = [...reads, { kind: "score", object }];
    runs.push(await startRun(tx, portal, object, steps));
  }
  return runs;
}

/**
 * Publishes the drafts of these scores together: makes their properties in HubSpot, numbers a version of each, turns
 * them on and starts one run an object type, which reads what is missing and scores every record.
 * @throws PublishError with every reason where they cannot be published; nothing is changed then.
 */
export async function publishScores(
  deps: PublishDeps,
  portal: string,
  request: PublishRequest,
): Promise<Published> {
  const drafts: Draft[] = [];
  for (const name of request.names) drafts.push(await candidateOf(deps.db, portal, name, request.version));
  const faults = conflictsAmong(await inForceWith(deps.db, portal, drafts));
  if (faults.length > 0) throw new PublishError(faults);
  for (const draft of drafts) await ensureProperties(deps.client, writingOf(draft));
  const definitions = drafts.map(({ definition }) => definition);
  const sourceless = await chooseSources(deps, portal, definitions);
  const published = await deps.db.transaction(async (tx) => {
    const scores: { name: string; version: number }[] = [];
    for (const { score, definition } of drafts) {
      const { scoreId, name } = score;
      const version = await addVersion(tx, portal, {
        scoreId,
        definition,
        at: deps.now(),
        by: request.by,
        note: request.note,
      });
      scores.push({ name, version });
    }
    const objects = [...new Set(drafts.map(({ definition }) => definition.object))];
    await releaseSetAside(tx, portal, objects);
    return { scores, runs: await startRuns(tx, portal, objects) };
  });
  await deps.wake();
  return { ...published, sourceless };
}
