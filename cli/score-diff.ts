import type { Command } from "commander";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import { diffDefinitions } from "../src/scoring/diff.ts";
import { renderChanges } from "../src/scoring/diff-text.ts";
import type { StoredScore } from "../src/store/scores.ts";
import { printJson } from "./output.ts";
import { draftOf, scoreNamed, versionNumber, versionOf } from "./score-version.ts";
import { InputError, type Session, withSession } from "./session.ts";

type Sides = { readonly before: ScoreDefinition; readonly after: ScoreDefinition };

async function draftAgainstLive(session: Session, score: StoredScore): Promise<Sides> {
  const after = await draftOf(session, score);
  if (after === null) throw new InputError(`"${score.name}" has no draft: name two versions to compare`);
  const live = score.liveVersion ?? score.nextVersion;
  if (live === null)
    throw new InputError(`"${score.name}" has not been published: there is nothing to compare with`);
  return { before: await versionOf(session, score, live), after };
}

async function sidesOf(session: Session, score: StoredScore, versions: readonly string[]): Promise<Sides> {
  const [from, to, ...more] = versions;
  if (from === undefined) return draftAgainstLive(session, score);
  if (to === undefined || more.length > 0) throw new InputError("score diff takes two versions or none");
  const [before, after] = [versionNumber(from), versionNumber(to)];
  return { before: await versionOf(session, score, before), after: await versionOf(session, score, after) };
}

async function diff(session: Session, name: string, versions: readonly string[]): Promise<void> {
  const score = await scoreNamed(session, name);
  const { before, after } = await sidesOf(session, score, versions);
  const changes = diffDefinitions(before, after);
  if (session.json) return changes.forEach(printJson);
  console.log(changes.length === 0 ? "nothing differs" : renderChanges(changes));
}

/** Adds `score diff` to the command line. */
export function addScoreDiffCommand(score: Command): void {
  score
    .command("diff <name> [versions...]")
    .description("what a draft changes of the live version, or the second of two versions of the first")
    .action((name: string, versions: string[], _options, command: Command) =>
      withSession(command, (session) => diff(session, name, versions)),
    );
}
