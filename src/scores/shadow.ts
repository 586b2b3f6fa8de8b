import type { ScoreDefinition } from "../scoring/definition.ts";
import { type CompiledScore, compileScore } from "../scoring/evaluate.ts";
import { thresholdLabels } from "../scoring/written-properties.ts";
import { loadCoverage } from "../store/coverage.ts";
import type { Queryable } from "../store/database.ts";
import { loadInterventions } from "../store/interventions.ts";
import { findPortal } from "../store/portals.ts";
import { loadRecordScores } from "../store/record-scores.ts";
import { countRecords, randomRecordIds, recordIdsAfter } from "../store/records.ts";
import { loadAccountFacts } from "./account-facts.ts";
import { coverageOf, missingReads } from "./backfill-plan.ts";
import { needsOf, type PortalNeeds } from "./portal-needs.ts";
import { createShadowTally, type ShadowReport, type ShadowTally } from "./shadow-report.ts";
import { loadSnapshots } from "./snapshots.ts";

const PAGE = 1_000;

export type ShadowRun = {
  readonly scoreId: number;
  readonly definition: ScoreDefinition;
  /** The instant to evaluate at (ms). */
  readonly at: number;
  /** Evaluate a random sample of so many records only. */
  readonly sample?: number;
};

export type Shadow = {
  readonly report: ShadowReport;
  /** How many records the portal holds, sampled or not. */
  readonly population: number;
  /** What the definition reads and the portal does not hold yet: publishing reads it first. */
  readonly unread: readonly string[];
};

type Evaluating = {
  readonly run: ShadowRun;
  readonly compiled: CompiledScore;
  readonly needs: PortalNeeds;
  readonly tally: ShadowTally;
};

async function evaluatePage(
  db: Queryable,
  portal: string,
  ids: readonly string[],
  { run, compiled, needs, tally }: Evaluating,
): Promise<void> {
  const { object } = run.definition;
  const snapshots = await loadSnapshots(db, portal, { object, ids }, needs);
  const now = await loadRecordScores(db, portal, run.scoreId, ids);
  const interventions = await loadInterventions(db, portal, [run.scoreId], ids);
  for (const [id, snapshot] of snapshots) {
    const planned = compiled.evaluate({ ...snapshot, ...interventions(run.scoreId, id) }, run.at);
    tally.add(id, now.get(id), planned);
  }
}

/**
 * Evaluates a definition over all records (or a random sample) without writing anything, and tells how the values
 * would differ from those the score gives now.
 */
export async function runShadow(db: Queryable, portal: string, run: ShadowRun): Promise<Shadow> {
  const { definition } = run;
  const timeZone = (await findPortal(db, portal))?.timeZone ?? "UTC";
  const needs = needsOf([definition], await loadAccountFacts(db, portal));
  const tally = createShadowTally(thresholdLabels(definition), definition.limit);
  const evaluating = { run, compiled: compileScore(definition, { timeZone }), needs, tally };
  const population = await countRecords(db, portal, definition.object);
  if (run.sample !== undefined) {
    const ids = await randomRecordIds(db, portal, definition.object, run.sample);
    for (let from = 0; from < ids.length; from += PAGE)
      await evaluatePage(db, portal, ids.slice(from, from + PAGE), evaluating);
  } else {
    for (let after: string | undefined = ""; after !== undefined; ) {
      const ids: string[] = await recordIdsAfter(db, portal, definition.object, { after, limit: PAGE });
      await evaluatePage(db, portal, ids, evaluating);
      after = ids.length < PAGE ? undefined : ids.at(-1);
    }
  }
  const unread = missingReads(needs, await loadCoverage(db, portal)).flatMap(coverageOf);
  return {
    report: tally.report(),
    population,
    unread: unread.map(({ object, kind, name }) => `${object} ${kind} ${name}`.trim()),
  };
}
