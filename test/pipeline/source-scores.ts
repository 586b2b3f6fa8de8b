import type { ScoreDefinition } from "../../src/scoring/definition.ts";
import { define } from "./definitions.ts";

/** A score of 1 point for every event of these types that meets the condition, if there is one. */
export function counting(name: string, types: readonly string[], where?: object): ScoreDefinition {
  return define({
    schema: 1,
    name,
    object: "contact",
    type: "engagement",
    limit: { max: 100_000 },
    property: { name: name.toLowerCase().replaceAll(" ", "_") },
    groups: [
      {
        name: "Events",
        side: "engagement",
        rules: types.map((event, index) => ({
          ...{ id: `r${index}`, event, points: 10 ** index },
          ...(where && { where }),
        })),
      },
    ],
  });
}
