import type { Condition } from "./condition-schema.ts";
import { readsHistory } from "./operators.ts";
import type { Associated, EventRule, PropertyRule, ScoreDefinition } from "./score-definition.ts";

/** What a definition reads of the records of one associated object type. */
type AssociatedRequirements = {
  properties: string[];
  historyProperties: string[];
  lists: string[];
  events: boolean;
};

/** What a definition reads: only this need be loaded to evaluate it. Names in order of appearance, each once. */
export type Requirements = {
  readonly properties: readonly string[];
  readonly historyProperties: readonly string[];
  readonly eventTypes: readonly string[];
  readonly eventProperties: { [type: string]: readonly string[] };
  readonly lists: readonly string[];
  readonly associated: { [object: string]: AssociatedRequirements };
};

type Reads = {
  readonly properties: Set<string>;
  readonly historyProperties: Set<string>;
  readonly lists: Set<string>;
};
type Collected = {
  readonly own: Reads;
  readonly associated: Map<string, Reads & { events: boolean }>;
  readonly events: Map<string, Set<string>>;
};

/** Returns what the enabled rules and the scope of a definition read. */
export function requirementsOf(definition: ScoreDefinition): Requirements {
  const collected: Collected = { own: newReads(), associated: new Map(), events: new Map() };
  for (const list of definition.records.lists) collected.own.lists.add(list);
  for (const group of definition.groups) {
    if (group.side === "engagement") for (const rule of group.rules) readEventRule(rule, collected);
    else for (const rule of group.rules) readPropertyRule(rule, collected);
  }
  return {
    ...named(collected.own),
    eventTypes: [...collected.events.keys()],
    eventProperties: Object.fromEntries([...collected.events].map(([type, names]) => [type, [...names]])),
    associated: Object.fromEntries(
      [...collected.associated].map(([object, reads]) => [object, { ...named(reads), events: reads.events }]),
    ),
  };
}

function readEventRule(rule: EventRule, collected: Collected): void {
  if (!rule.enabled) return;
  const names = collected.events.get(rule.event) ?? new Set<string>();
  collected.events.set(rule.event, names);
  const reads = { ...newReads(), properties: names };
  if (rule.where !== undefined) readCondition(rule.where, reads);
  if (rule.values !== undefined) names.add(rule.values.property);
  if (rule.associated !== undefined) associatedReads(rule.associated, collected).events = true;
}

function readPropertyRule(rule: PropertyRule, collected: Collected): void {
  if (!rule.enabled) return;
  const reads = rule.associated === undefined ? collected.own : associatedReads(rule.associated, collected);
  if (rule.where !== undefined) readCondition(rule.where, reads);
  if (rule.values !== undefined) reads.properties.add(rule.values.property);
}

function associatedReads(associated: Associated, collected: Collected): Reads & { events: boolean } {
  const reads = collected.associated.get(associated.object) ?? { ...newReads(), events: false };
  collected.associated.set(associated.object, reads);
  if (associated.where !== undefined) readCondition(associated.where, reads);
  return reads;
}

function readCondition(condition: Condition, reads: Reads): void {
  if ("all" in condition) readAll(condition.all, reads);
  else if ("any" in condition) readAll(condition.any, reads);
  else if ("not" in condition) readCondition(condition.not, reads);
  else if ("lists" in condition) for (const list of condition.lists) reads.lists.add(list);
  else {
    reads.properties.add(condition.property);
    if (readsHistory(condition.operator)) reads.historyProperties.add(condition.property);
  }
}

function readAll(conditions: readonly Condition[], reads: Reads): void {
  for (const condition of conditions) readCondition(condition, reads);
}

function newReads(): Reads {
  return { properties: new Set(), historyProperties: new Set(), lists: new Set() };
}

function named(reads: Reads) {
  return {
    properties: [...reads.properties],
    historyProperties: [...reads.historyProperties],
    lists: [...reads.lists],
  };
}
