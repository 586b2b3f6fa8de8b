import type { ScoreDefinition } from "../scoring/definition.ts";
import type { Queryable } from "../store/database.ts";
import { listVersions } from "../store/score-versions.ts";
import { findScore, type StoredScore, saveDraft } from "../store/scores.ts";
import { isStorable } from "../store/storable-json.ts";
import { ScoreError } from "./score-error.ts";

export type DraftEdit = {
  readonly definition: ScoreDefinition;
  readonly by: string;
  /** The revision that the edit began from; without one, whatever is there is replaced. */
  readonly basedOn?: number;
};

/** Who changed a score last, and when, as far as is known: by its draft, or else by its newest version. */
async function lastChange(tx: Queryable, portal: string, score: StoredScore): Promise<string> {
  const at = (instant: number): string => ` at ${new Date(instant).toISOString()}`;
  if (score.draftBy !== null)
    return score.draftBy + (score.draftSavedAt === null ? "" : at(score.draftSavedAt));
  const [newest] = await listVersions(tx, portal, score.scoreId);
  return newest
    ? `${newest.publishedBy} (version ${newest.version} published${at(newest.publishedAt)})`
    : "someone";
}

async function refuseStale(
  tx: Queryable,
  portal: string,
  score: StoredScore,
  basedOn: number,
): Promise<void> {
  if (score.revision === basedOn) return;
  const who = await lastChange(tx, portal, score);
  throw new ScoreError(
    `"${score.name}" was changed by ${who} since revision ${basedOn} (it is at ${score.revision} now): look at that change first`,
  );
}

/**
 * Saves a definition as the draft of the score of its name, new or known.
 * @throws ScoreError where the score has been edited since the revision that the edit is based on, or scores another
 * object type.
 */
export async function saveDraftEdit(tx: Queryable, portal: string, edit: DraftEdit): Promise<StoredScore> {
  const { definition, by, basedOn } = edit;
  if (!isStorable(definition)) {
    throw new ScoreError(
      `"${definition.name.replaceAll("\u0000", "")}" holds a NUL character or half of a surrogate pair in a text: remove it`,
    );
  }
  const known = await findScore(tx, portal, definition.name, { forUpdate: true });
  if (basedOn !== undefined && known) await refuseStale(tx, portal, known, basedOn);
  if (known && known.object !== definition.object) {
    throw new ScoreError(
      `"${known.name}" scores ${known.object} records: a score keeps its object type, so give the new one another name`,
    );
  }
  return saveDraft(tx, portal, definition, by);
}
