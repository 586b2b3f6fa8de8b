import type { ScoreDefinition } from "../scoring/definition.ts";
import { requirementsOf } from "../scoring/requirements.ts";
import { allWritten, type Writing } from "./reason-properties.ts";

/** Why scores cannot be published: every reason at once. */
export class PublishError extends Error {
  override name = "PublishError";
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

type Writer = { readonly score: string; readonly object: string };

function writersOf(writings: readonly Writing[]): {
  writers: Map<string, Writer>;
  faults: string[];
} {
  const writers = new Map<string, Writer>();
  const faults: string[] = [];
  for (const writing of writings) {
    const { definition } = writing;
    for (const { name } of allWritten(writing)) {
      const key = `${definition.object} ${name}`;
      const other = writers.get(key);
      if (other)
        faults.push(
          `"${definition.name}" and "${other.score}" would both write the property ${name}: give one of them another name`,
        );
      writers.set(key, { score: definition.name, object: definition.object });
    }
  }
  return { writers, faults };
}

function readsOf(definition: ScoreDefinition): { object: string; property: string }[] {
  const wanted = requirementsOf(definition);
  const own = wanted.properties.map((property) => ({ object: definition.object, property }));
  const associated = Object.entries(wanted.associated).flatMap(([object, read]) =>
    read.properties.map((property) => ({ object, property })),
  );
  return [...own, ...associated];
}

/**
 * What forbids that these definitions are in force together: two writing one property, or one reading a property that
 * a score writes (its own too), which could make scores feed themselves. Empty where nothing does.
 */
export function conflictsAmong(writings: readonly Writing[]): string[] {
  const { writers, faults } = writersOf(writings);
  const definitions = writings.map(({ definition }) => definition);
  for (const definition of definitions) {
    for (const { object, property } of readsOf(definition)) {
      const writer = writers.get(`${object} ${property}`);
      if (!writer) continue;
      const back = definitions
        .filter((other) => other.name === writer.score)
        .some((other) =>
          readsOf(other).some(
            (read) => writers.get(`${read.object} ${read.property}`)?.score === definition.name,
          ),
        );
      const path = back
        ? `"${definition.name}" → "${writer.score}" → "${definition.name}"`
        : `"${definition.name}" → "${writer.score}"`;
      faults.push(
        `"${definition.name}" reads ${property}, which the score "${writer.score}" writes (${path}): scores must not feed scores`,
      );
    }
  }
  return faults;
}
