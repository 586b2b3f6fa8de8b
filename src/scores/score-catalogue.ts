import { type CompiledScore, compileScore } from "../scoring/evaluate.ts";
import type { WrittenProperty } from "../scoring/written-properties.ts";
import type { Queryable } from "../store/database.ts";
import { findPortal } from "../store/portals.ts";
import { type PublishedScore, publishedScores, scoresRevision } from "../store/scores.ts";
import { loadAccountFacts } from "./account-facts.ts";
import { needsOf, type PortalNeeds } from "./portal-needs.ts";
import { allWritten } from "./reason-properties.ts";

/** A score in force, ready to run. */
export type LiveScore = PublishedScore & {
  readonly compiled: CompiledScore;
  readonly written: readonly WrittenProperty[];
};

/** A portal's scores in force and what they, and those about to be, read. */
export type PortalScores = {
  readonly live: readonly LiveScore[];
  readonly needs: PortalNeeds;
  /** Names of the properties that these scores write, by object type. */
  readonly written: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those of them that hold a date-time, which HubSpot words its own way; empty on records that were never reset. */
  readonly writtenInstants: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Gives each portal's scores, compiled once per change of them. */
export type ScoreCatalogue = { load(db: Queryable, portal: string): Promise<PortalScores> };

function writtenNames(
  scores: readonly PublishedScore[],
  isMeant: (property: WrittenProperty) => boolean,
): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const score of scores) {
    const known = names.get(score.object) ?? new Set();
    for (const property of allWritten(score)) if (isMeant(property)) known.add(property.name);
    names.set(score.object, known);
  }
  return names;
}

async function readScores(db: Queryable, portal: string): Promise<PortalScores> {
  const published = await publishedScores(db, portal);
  const timeZone = (await findPortal(db, portal))?.timeZone ?? "UTC";
  return {
    live: published
      .filter((score) => score.isLive)
      .map((score) => ({
        ...score,
        compiled: compileScore(score.definition, { timeZone }),
        written: allWritten(score),
      })),
    needs: needsOf(
      published.map((score) => score.definition),
      await loadAccountFacts(db, portal),
    ),
    written: writtenNames(published, () => true),
    writtenInstants: writtenNames(published, (property) => property.type === "datetime"),
  };
}

/** A catalogue that keeps what it compiled until the portal's scores change. */
export function createScoreCatalogue(): ScoreCatalogue {
  const known = new Map<string, { revision: string; scores: PortalScores }>();
  return {
    async load(db, portal) {
      const revision = await scoresRevision(db, portal);
      const kept = known.get(portal);
      if (kept?.revision === revision) return kept.scores;
      const scores = await readScores(db, portal);
      known.set(portal, { revision, scores });
      return scores;
    },
  };
}
