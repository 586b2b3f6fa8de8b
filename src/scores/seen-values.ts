import type { Condition } from "../scoring/condition-schema.ts";
import type { Explanation } from "../scoring/evaluation.ts";
import { listEvents } from "../scoring/record.ts";
import type { EventRule, PropertyRule, ScoreDefinition } from "../scoring/score-definition.ts";
import type { Snapshot } from "./snapshots.ts";

/** For a rule that gave nothing, what the record shows where the rule looked. */
export type SeenValues = {
  readonly rule: string;
  readonly seen: Readonly<Record<string, string | number | null>>;
};

function propertiesIn(condition: Condition): string[] {
  if ("all" in condition) return condition.all.flatMap(propertiesIn);
  if ("any" in condition) return condition.any.flatMap(propertiesIn);
  if ("not" in condition) return propertiesIn(condition.not);
  return "property" in condition ? [condition.property] : [];
}

function listsIn(condition: Condition): string[] {
  if ("all" in condition) return condition.all.flatMap(listsIn);
  if ("any" in condition) return condition.any.flatMap(listsIn);
  if ("not" in condition) return listsIn(condition.not);
  return "lists" in condition ? [...condition.lists] : [];
}

function seenByPropertyRule(rule: PropertyRule, snapshot: Snapshot): Record<string, string | null> {
  const named = [
    ...(rule.where ? propertiesIn(rule.where) : []),
    ...(rule.values ? [rule.values.property] : []),
  ];
  const properties = named.map(
    (name) =>
      [name, Object.hasOwn(snapshot.properties, name) ? (snapshot.properties[name] ?? null) : null] as const,
  );
  const lists = (rule.where ? listsIn(rule.where) : []).map(
    (id) => [`list ${id}`, snapshot.lists.includes(id) ? "member" : "not a member"] as const,
  );
  return Object.fromEntries([...properties, ...lists]);
}

function seenByEventRule(rule: EventRule, snapshot: Snapshot): Record<string, number | string | null> {
  const own = listEvents(snapshot.events).filter((event) => event.type === rule.event);
  const latest = own.reduce((newest, event) => Math.max(newest, event.occurredAt), Number.NEGATIVE_INFINITY);
  return {
    [`${rule.event} events`]: own.length,
    latest: own.length === 0 ? null : new Date(latest).toISOString(),
  };
}

/** What the record shows for every enabled rule of its own (not of associated records) that matched nothing. */
export function seenValues(
  definition: ScoreDefinition,
  snapshot: Snapshot,
  explanation: Explanation,
): SeenValues[] {
  const matched = new Set(
    (explanation.groups ?? []).flatMap((group) =>
      group.rules.filter((rule) => rule.matches > 0).map((rule) => rule.id),
    ),
  );
  return definition.groups.flatMap((group) => {
    if (group.side === "engagement") {
      const missed = group.rules.filter((rule) => rule.enabled && !rule.associated && !matched.has(rule.id));
      return missed.map((rule) => ({ rule: rule.id, seen: seenByEventRule(rule, snapshot) }));
    }
    const missed = group.rules.filter((rule) => rule.enabled && !rule.associated && !matched.has(rule.id));
    return missed.map((rule) => ({ rule: rule.id, seen: seenByPropertyRule(rule, snapshot) }));
  });
}
