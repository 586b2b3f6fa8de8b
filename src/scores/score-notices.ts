import { lastLooks } from "../store/cursors.ts";
import type { Queryable } from "../store/database.ts";
import { countDrifted } from "../store/drift.ts";
import { loadPropertyFaults } from "../store/property-faults.ts";
import { publishedScores, type StoredScore } from "../store/scores.ts";
import { goneLists } from "./gone-lists.ts";
import { type OffFeature, offFeatures } from "./off-features.ts";
import { allWritten } from "./reason-properties.ts";

/** What an admin should know of a score, beside its state. */
export type ScoreNotices = {
  readonly goneLists: readonly string[];
  /** Parts of HubSpot that the score needs and the account is refused: they count as empty. */
  readonly offFeatures: readonly OffFeature[];
  /** Properties that someone changed in HubSpot, and whether that stops the score's writes. */
  readonly changedProperties: readonly { readonly fault: string; readonly parked: boolean }[];
  /** Records that show other values of the score than were written, and are left so. */
  readonly drifted: number;
  /** Where the type's records send no notifications: when the reconciler last looked (ISO), null where it never did. */
  readonly followedBySearch?: { readonly lastLook: string | null };
};

/** Whether HubSpot sends no notifications of this object type to an app of this kind. */
function isSilent(object: string, hasStaticToken: boolean): boolean {
  return !hasStaticToken && /^2-\d+$/.test(object);
}

async function driftedBy(db: Queryable, portal: string): Promise<Map<number, number>> {
  const drifted = new Map<number, number>();
  for (const score of await publishedScores(db, portal)) {
    const properties = allWritten(score).map(({ name }) => name);
    drifted.set(score.scoreId, await countDrifted(db, portal, { object: score.object, properties }));
  }
  return drifted;
}

/** What an admin should know of each of these scores, by score id. */
export async function scoreNotices(
  db: Queryable,
  portal: string,
  scores: readonly StoredScore[],
  hasStaticToken: boolean,
): Promise<Map<number, ScoreNotices>> {
  const gone = await goneLists(db, portal);
  const off = await offFeatures(db, portal, scores);
  const faults = Map.groupBy(await loadPropertyFaults(db, portal), (one) => one.scoreId);
  const drifted = await driftedBy(db, portal);
  const looks = await lastLooks(db, portal);
  return new Map(
    scores.map(({ scoreId, object }) => {
      const texts = new Map((faults.get(scoreId) ?? []).map((one) => [one.fault, one.parks]));
      const notices: ScoreNotices = {
        goneLists: gone.get(scoreId) ?? [],
        offFeatures: off.get(scoreId) ?? [],
        changedProperties: [...texts].map(([fault, parked]) => ({ fault, parked })),
        drifted: drifted.get(scoreId) ?? 0,
        ...(isSilent(object, hasStaticToken) && {
          followedBySearch: { lastLook: looks.get(object) ?? null },
        }),
      };
      return [scoreId, notices];
    }),
  );
}
