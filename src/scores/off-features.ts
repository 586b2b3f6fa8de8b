import { parseDefinition, type ScoreDefinition } from "../scoring/definition.ts";
import { requirementsOf } from "../scoring/requirements.ts";
import type { Queryable } from "../store/database.ts";
import { listFeatures } from "../store/portal-features.ts";
import { publishedScores, type StoredScore } from "../store/scores.ts";
import { loadAccountFacts } from "./account-facts.ts";
import { type EventSource, featureOfSource, featuresOfEvents, sourcesOf } from "./event-sources.ts";
import { LIST_JOURNAL } from "./journal-feature.ts";

/** A part of HubSpot that a score needs and the account is refused, and why. */
export type OffFeature = { readonly feature: string; readonly reason: string };

/** The source of events of a type: the one chosen, or, before any was, the first that the account is not refused. */
type SourceOf = (eventType: string) => EventSource;

/** Returns the parts of HubSpot that a score needs, by the names under which their refusal is noted. */
function featuresOf(definition: ScoreDefinition, sourceOf: SourceOf): string[] {
  const { object } = definition;
  const { associated, eventTypes, eventProperties, lists } = requirementsOf(definition);
  const others = Object.keys(associated);
  const readsLists = [lists, ...Object.values(associated).map((read) => read.lists)].some(
    (read) => read.length > 0,
  );
  const events = eventTypes.flatMap((type) =>
    featuresOfEvents(type, sourceOf(type), (eventProperties[type] ?? []).length > 0),
  );
  const own = [`${object} records`, `${object} updates`, `${object} property changes`];
  const links = others.length > 0 ? [`${object} associations`] : [];
  const needed = [...own, ...links, ...others.map((other) => `${other} records`), ...events];
  return [...new Set(readsLists ? [...needed, "lists", LIST_JOURNAL] : needed)];
}

/** By score id, what each of these scores needs and the account is refused; a score that is not on counts by its draft. */
export async function offFeatures(
  db: Queryable,
  portal: string,
  scores: readonly StoredScore[],
): Promise<Map<number, OffFeature[]>> {
  const refused = (await listFeatures(db, portal)).filter((one) => one.isOff);
  if (refused.length === 0) return new Map();
  const published = await publishedScores(db, portal);
  const { sources } = await loadAccountFacts(db, portal);
  const names = new Set(refused.map(({ feature }) => feature));
  const isOpen = (type: string) => (source: EventSource) => !names.has(featureOfSource(source, type) ?? "");
  const sourceOf = (type: string) => sources.get(type) ?? sourcesOf(type).find(isOpen(type)) ?? "none";
  return new Map(
    scores.map(({ scoreId, draft }) => {
      const inForce = published.filter((one) => one.scoreId === scoreId).map((one) => one.definition);
      const parsed = inForce.length === 0 ? parseDefinition(draft) : undefined;
      const definitions = parsed?.ok ? [parsed.definition] : inForce;
      const needed = new Set(definitions.flatMap((definition) => featuresOf(definition, sourceOf)));
      const off = refused.filter(({ feature }) => needed.has(feature));
      return [scoreId, off.map(({ feature, reason }) => ({ feature, reason: reason ?? "refused" }))];
    }),
  );
}
