import { keepCoverage } from "../store/coverage.ts";
import type { Queryable } from "../store/database.ts";
import { publishedScores } from "../store/scores.ts";
import { loadAccountFacts } from "./account-facts.ts";
import { coverageOf, missingReads } from "./backfill-plan.ts";
import { needsOf } from "./portal-needs.ts";

/**
 * Forgets that things were read which no score in force reads any more: changes to them are not followed from now on, so
 * whoever needs them again must read them anew.
 */
export async function forgetUnusedCoverage(tx: Queryable, portal: string): Promise<void> {
  const needs = needsOf(
    (await publishedScores(tx, portal)).map((score) => score.definition),
    await loadAccountFacts(tx, portal),
  );
  await keepCoverage(tx, portal, missingReads(needs, []).flatMap(coverageOf));
}
