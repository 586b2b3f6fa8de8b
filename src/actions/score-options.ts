import type { Queryable } from "../store/database.ts";
import { publishedScores } from "../store/scores.ts";

/** A choice in the workflow editor; its value is the score's id, which outlives a new name. */
type ScoreOption = { readonly label: string; readonly description: string; readonly value: string };

/** A page of choices; `after` leads to the next one. */
export type ScoreOptions = {
  readonly options: readonly ScoreOption[];
  readonly after?: string;
  readonly searchable: true;
};

/** Which choices are asked for: of an object type, with a text in the name, after a page. */
export type OptionQuery = {
  readonly object: string;
  readonly q: string;
  readonly after: string | undefined;
  /** Whether scores without engagement, which cannot be reset, are choices too. */
  readonly withFit: boolean;
};

const PAGE = 50;
const DESCRIPTIONS = {
  engagement: "Engagement score",
  fit: "Fit score",
  combined: "Combined score: fit and engagement",
};

const sortKey = (name: string): string => name.toLowerCase();
const tokenOf = (name: string): string => Buffer.from(sortKey(name)).toString("base64url");

/** Returns the portal's scores in force that an action may be about, by name, a page at a time. */
export async function scoreOptions(db: Queryable, portal: string, query: OptionQuery): Promise<ScoreOptions> {
  const published = await publishedScores(db, portal);
  const byId = new Map(published.map((score) => [score.scoreId, score]));
  const from = query.after === undefined ? "" : Buffer.from(query.after, "base64url").toString();
  const found = [...byId.values()]
    .filter(
      ({ object, definition }) => object === query.object && (query.withFit || definition.type !== "fit"),
    )
    .filter(({ name }) => sortKey(name).includes(query.q.toLowerCase()) && sortKey(name) > from)
    .sort((a, b) => (sortKey(a.name) < sortKey(b.name) ? -1 : 1));
  const page = found.slice(0, PAGE);
  const last = page.at(-1);
  return {
    options: page.map(({ scoreId, name, definition }) => ({
      ...{ label: name, description: DESCRIPTIONS[definition.type], value: String(scoreId) },
    })),
    ...(found.length > PAGE && last && { after: tokenOf(last.name) }),
    searchable: true,
  };
}
