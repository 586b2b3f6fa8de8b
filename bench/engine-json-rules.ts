import type { Condition, PropertyCondition } from "../src/scoring/condition-schema.ts";
import type { Properties, ScoredRecord } from "../src/scoring/record.ts";
import type { ScoreDefinition } from "../src/scoring/score-definition.ts";
import { AT } from "./engine-contacts.ts";
import type { Contestant, Outcome } from "./engine-contestant.ts";
import { createTally, foldRecord, plainRules } from "./engine-tally.ts";

type Engine = {
  addRule(rule: object): void;
  addOperator(name: string, holds: (text: string | null, value: never) => boolean): void;
  run(facts: Properties): Promise<{ events: readonly { readonly params: { readonly place: number } }[] }>;
};

/** What is used of the package `json-rules-engine`. */
export type JsonRules = {
  readonly Engine: new (rules: readonly object[], options: { allowUndefinedFacts: boolean }) => Engine;
};

const DAY = 86_400_000;

function addOperators(engine: Engine): Engine {
  engine.addOperator("holdsText", (text, value: string) => text?.includes(value) ?? false);
  engine.addOperator("endsWith", (text, value: string) => text?.endsWith(value) ?? false);
  engine.addOperator("isAbove", (text, value: number) => Boolean(text) && Number(text) > value);
  engine.addOperator("isAtLeast", (text, value: number) => Boolean(text) && Number(text) >= value);
  engine.addOperator("isAtMost", (text, value: number) => Boolean(text) && Number(text) <= value);
  engine.addOperator("isSince", (text, value: number) => Date.parse(text?.toUpperCase() ?? "") > value);
  return engine;
}

function leafCondition({ property, operator, values = [] }: PropertyCondition): object {
  const texts = values.map((value) => String(value).toLowerCase());
  const leaf = (name: string, value: unknown) => ({ fact: property, operator: name, value });
  const known = leaf("notIn", [null, "", undefined]);
  switch (operator) {
    case "CONTAINS":
      return { any: texts.map((value) => leaf("holdsText", value)) };
    case "ENDS_WITH":
      return { any: texts.map((value) => leaf("endsWith", value)) };
    case "IS_NONE_OF":
      return { all: [known, leaf("notIn", texts)] };
    case "IS_GREATER_THAN":
      return leaf("isAbove", values[0]);
    case "IS_GREATER_THAN_OR_EQUAL_TO":
      return leaf("isAtLeast", values[0]);
    case "IS_BETWEEN":
      return { all: [leaf("isAtLeast", values[0]), leaf("isAtMost", values[1])] };
    case "IS_KNOWN":
      return known;
    case "IS_LESS_THAN_X_DAYS_AGO":
      return leaf("isSince", AT - Number(values[0]) * DAY);
    default:
      return leaf("in", texts);
  }
}

function whereCondition(condition: Condition | undefined): object {
  if (condition === undefined) return { all: [] };
  if ("all" in condition) return { all: condition.all.map(whereCondition) };
  const leaf = "property" in condition ? leafCondition(condition) : { any: [] };
  return "fact" in leaf ? { all: [leaf] } : leaf;
}

/** Returns the contestant: one engine for each type of event, run for every event, and one for the properties. */
export function jsonRules(
  { Engine }: JsonRules,
  definition: ScoreDefinition,
  records: readonly ScoredRecord[],
): Contestant {
  const engines = new Map<string | null, Engine>();
  plainRules(definition).forEach(({ id, event, where }, place) => {
    const engine = engines.get(event) ?? addOperators(new Engine([], { allowUndefinedFacts: true }));
    engines.set(event, engine);
    engine.addRule({ conditions: whereCondition(where), event: { type: id, params: { place } } });
  });
  const folded = records.map(foldRecord);
  const tally = createTally(definition);
  const placesMet = async (type: string | null, facts: Properties) => {
    const answer = await engines.get(type)?.run(facts);
    return answer?.events.map(({ params }) => params.place) ?? [];
  };
  const scoreOne = async ({ properties, events }: ScoredRecord): Promise<Outcome> => {
    for (const { type, occurredAt, properties: facts } of events)
      for (const place of await placesMet(type, facts)) tally.meet(place, occurredAt);
    for (const place of await placesMet(null, properties)) tally.hold(place);
    return tally.finish();
  };
  return {
    name: "json-rules-engine",
    contacts: records.length,
    score: async (first, end) => {
      const outcomes: Outcome[] = [];
      for (const record of folded.slice(first, end)) outcomes.push(await scoreOne(record));
      return outcomes;
    },
  };
}
