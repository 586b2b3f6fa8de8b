import { requirementsOf } from "../scoring/requirements.ts";
import type { Queryable } from "../store/database.ts";
import { missingLists } from "../store/lists.ts";
import { publishedScores } from "../store/scores.ts";

/** By score id, the lists that a score in force reads and HubSpot no longer has. */
export async function goneLists(db: Queryable, portal: string): Promise<Map<number, string[]>> {
  const missing = await missingLists(db, portal);
  if (missing.size === 0) return new Map();
  const scores = await publishedScores(db, portal);
  return new Map(
    scores.map(({ scoreId, definition }) => {
      const { lists, associated } = requirementsOf(definition);
      const read = [...lists, ...Object.values(associated).flatMap((other) => other.lists)];
      return [scoreId, read.filter((list) => missing.has(list))];
    }),
  );
}
