import type { DefinitionGroup, DefinitionRule } from "./diff-values.ts";
import type { ScoreDefinition } from "./score-definition.ts";

/** A rule and the group that holds it. */
export type PlacedRule = { readonly rule: DefinitionRule; readonly group: DefinitionGroup };

type GroupPair = readonly [before: DefinitionGroup, after: DefinitionGroup];
type RulePair = { readonly from: PlacedRule; readonly to: PlacedRule; readonly isSameGroup: boolean };

/** What two lists have in common, and what only one of them has. */
export type Pairing<Pair, Item> = {
  readonly pairs: readonly Pair[];
  readonly removed: readonly Item[];
  readonly added: readonly Item[];
};

/** Returns which group became which: the one of the same name, else (renamed) one that shares a rule. */
export function pairGroups(
  before: readonly DefinitionGroup[],
  after: readonly DefinitionGroup[],
): Pairing<GroupPair, DefinitionGroup> {
  const left = new Set(before);
  const pairs = new Map<DefinitionGroup, DefinitionGroup>();
  const pair = (accepts: (former: DefinitionGroup, group: DefinitionGroup) => boolean) => {
    for (const group of after) {
      const former = pairs.has(group) ? undefined : [...left].find((candidate) => accepts(candidate, group));
      if (former === undefined) continue;
      left.delete(former);
      pairs.set(group, former);
    }
  };
  pair((former, group) => former.name === group.name);
  pair((former, group) => former.side === group.side && sharesRule(former, group));
  return {
    pairs: [...pairs].map(([group, former]) => [former, group] as const),
    removed: [...left],
    added: after.filter((group) => !pairs.has(group)),
  };
}

function sharesRule(one: DefinitionGroup, other: DefinitionGroup): boolean {
  return one.rules.some(({ id }) => other.rules.some((rule) => rule.id === id));
}

/** Returns which rule became which, by id, wherever it stands. */
export function pairRules(before: ScoreDefinition, after: ScoreDefinition): Pairing<RulePair, PlacedRule> {
  const former = placedRules(before);
  const present = placedRules(after);
  const formerGroups = new Map(
    pairGroups(before.groups, after.groups).pairs.map(([from, to]) => [to, from] as const),
  );
  const pairs = [...present].flatMap(([id, to]) => {
    const from = former.get(id);
    return from === undefined ? [] : [{ from, to, isSameGroup: formerGroups.get(to.group) === from.group }];
  });
  return {
    pairs,
    removed: [...former].flatMap(([id, placed]) => (present.has(id) ? [] : [placed])),
    added: [...present].flatMap(([id, placed]) => (former.has(id) ? [] : [placed])),
  };
}

function placedRules({ groups }: ScoreDefinition): Map<string, PlacedRule> {
  return new Map(groups.flatMap((group) => group.rules.map((rule) => [rule.id, { rule, group }] as const)));
}
