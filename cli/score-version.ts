import { parseDefinition, type ScoreDefinition } from "../src/scoring/definition.ts";
import { findScore, findVersion, type StoredScore } from "../src/store/scores.ts";
import { InputError, type Session } from "./session.ts";

/** Returns the portal's score of this name; throws an InputError where there is none. */
export async function scoreNamed({ context, portal }: Session, name: string): Promise<StoredScore> {
  const score = await findScore(context.db, portal, name);
  if (score === undefined) throw new InputError(`there is no score "${name}"`);
  return score;
}

/** Returns the definition of one version of a score; throws an InputError where it does not exist. */
export async function versionOf(
  { context, portal }: Session,
  score: StoredScore,
  version: number,
): Promise<ScoreDefinition> {
  const stored = await findVersion(context.db, portal, { scoreId: score.scoreId, version });
  if (stored === undefined) throw new InputError(`"${score.name}" has no version ${version}`);
  return readStored(stored, `version ${version} of "${score.name}"`);
}

/** Returns the definition of a score's draft, or `null` where it has none. */
export function draftOf(score: StoredScore): ScoreDefinition | null {
  return score.draft === null ? null : readStored(score.draft, `the draft of "${score.name}"`);
}

/** Returns the version number that an argument writes; throws an InputError for anything else. */
export function versionNumber(text: string): number {
  const version = Number(text);
  if (!Number.isInteger(version) || version < 1)
    throw new InputError(`a version is a number from 1, not ${text}`);
  return version;
}

function readStored(stored: unknown, what: string): ScoreDefinition {
  const result = parseDefinition(stored);
  if (result.ok) return result.definition;
  const faults = result.faults.map(({ path, message }) => `${path}: ${message}`);
  throw new Error(`${what} is no longer a definition: ${faults.join("; ")}`);
}
