import { definitionOf, requireScore } from "../src/scores/score-life.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import type { StoredScore } from "../src/store/scores.ts";
import { InputError, type Session } from "./session.ts";

/** Returns the portal's score of this name; throws a ScoreError where there is none. */
export function scoreNamed({ context, portal }: Session, name: string): Promise<StoredScore> {
  return requireScore(context.db, portal, name);
}

/** Returns the definition of one version of a score; throws a ScoreError where it does not exist. */
export function versionOf(
  { context, portal }: Session,
  score: StoredScore,
  version: number,
): Promise<ScoreDefinition> {
  return definitionOf(context.db, portal, score, version);
}

/** Returns the definition of a score's draft, or `null` where it has none. */
export async function draftOf(
  { context, portal }: Session,
  score: StoredScore,
): Promise<ScoreDefinition | null> {
  return score.draft === null ? null : definitionOf(context.db, portal, score);
}

/** Returns the version number that an argument writes; throws an InputError for anything else. */
export function versionNumber(text: string): number {
  const version = Number(text);
  if (!Number.isInteger(version) || version < 1)
    throw new InputError(`a version is a number from 1, not ${text}`);
  return version;
}
