import { type Aspect, aspectsOfGroup, aspectsOfRule, aspectsOfScore } from "./diff-aspects.ts";
import { pairGroups, pairRules } from "./diff-pairs.ts";
import { type DefinitionGroup, type DefinitionRule, sameValue } from "./diff-values.ts";
import { ruleWords } from "./diff-words.ts";
import type { ScoreDefinition } from "./score-definition.ts";

/** One difference: the part of the score in which it is (the score itself, or a group's name) and what it is, in words. */
export type Change = { readonly where: string; readonly text: string };

/** The heading of what concerns the whole score. */
const WHOLE_SCORE = "The score";

/** Returns what differs between two definitions, in a marketer's words; empty where they are equal. */
export function diffDefinitions(before: ScoreDefinition, after: ScoreDefinition): readonly Change[] {
  const changes = aspectChanges(aspectsOfScore(before), aspectsOfScore(after)).map((text) => ({
    where: WHOLE_SCORE,
    text,
  }));
  changes.push(...groupChanges(before, after), ...ruleChanges(before, after));
  return inOrder(changes, before, after);
}

function aspectChanges(before: readonly Aspect[], after: readonly Aspect[]): string[] {
  return after.flatMap((aspect) => {
    const former = before.find(({ key }) => key === aspect.key);
    if (former === undefined || sameValue(former.value, aspect.value)) return [];
    return aspect.describe(former, aspect);
  });
}

function groupChanges(before: ScoreDefinition, after: ScoreDefinition): Change[] {
  const { pairs, removed, added } = pairGroups(before.groups, after.groups);
  const changes = pairs.flatMap(([former, group]) => changesOfGroup(former, group));
  for (const { name } of removed) changes.push({ where: name, text: `group ${name} removed` });
  for (const group of added) changes.push({ where: group.name, text: addedGroup(group) });
  if (!inSameOrder(pairs, before.groups, after.groups)) {
    const order = after.groups.map(({ name }) => name).join(", ");
    changes.push({ where: WHOLE_SCORE, text: `groups moved; their order is now ${order}` });
  }
  return changes;
}

function changesOfGroup(former: DefinitionGroup, group: DefinitionGroup): Change[] {
  const texts = aspectChanges(aspectsOfGroup(former), aspectsOfGroup(group));
  const renamed = former.name === group.name ? [] : [`group ${former.name} renamed to ${group.name}`];
  return [...renamed, ...texts.map((text) => `group ${group.name}: ${text}`)].map((text) => ({
    where: group.name,
    text,
  }));
}

function addedGroup(group: DefinitionGroup): string {
  const aspects = aspectsOfGroup(group).flatMap(({ value, words, noun }) =>
    value === undefined ? [] : [`${noun} ${words}`],
  );
  return `group ${group.name} added: ${aspects.join(", ")}`;
}

function ruleChanges(before: ScoreDefinition, after: ScoreDefinition): Change[] {
  const { pairs, removed, added } = pairRules(before, after);
  const changes: Change[] = [];
  for (const { rule, group } of removed) {
    changes.push({ where: group.name, text: `${rule.name} removed (${ruleWords(rule)})` });
  }
  for (const { rule, group } of added) {
    const limits = aspectsOfRule(rule).filter(({ key, value }) => key === "limit" && value !== undefined);
    const limit = limits.map(({ words }) => `, limit ${words}`).join("");
    changes.push({ where: group.name, text: `${rule.name} added: ${ruleWords(rule)}${limit}` });
  }
  for (const { from, to, isSameGroup } of pairs) {
    const where = to.group.name;
    const moved = isSameGroup ? [] : [`${to.rule.name} moved from group ${from.group.name} to ${where}`];
    const texts = changesOfRule(from.rule, to.rule);
    changes.push(...[...moved, ...texts].map((text) => ({ where, text })));
  }
  return [...changes, ...ruleOrderChanges(before, after)];
}

function changesOfRule(former: DefinitionRule, rule: DefinitionRule): string[] {
  const renamed = former.name === rule.name ? [] : [`${former.name} renamed to ${rule.name}`];
  const texts = aspectChanges(aspectsOfRule(former), aspectsOfRule(rule));
  return [...renamed, ...texts.map((text) => `${rule.name}: ${text}`)];
}

function ruleOrderChanges(before: ScoreDefinition, after: ScoreDefinition): Change[] {
  return pairGroups(before.groups, after.groups).pairs.flatMap(([former, group]) => {
    const stayed = (rules: readonly DefinitionRule[], others: readonly DefinitionRule[]) =>
      rules.map(({ id }) => id).filter((id) => others.some((other) => other.id === id));
    const order = stayed(group.rules, former.rules);
    if (sameValue(stayed(former.rules, group.rules), order)) return [];
    const names = group.rules.map(({ name }) => name).join(", ");
    return [{ where: group.name, text: `group ${group.name}: rules moved; their order is now ${names}` }];
  });
}

function inSameOrder(
  pairs: readonly (readonly [DefinitionGroup, DefinitionGroup])[],
  before: readonly DefinitionGroup[],
  after: readonly DefinitionGroup[],
): boolean {
  const places = pairs
    .map(([former, group]) => [before.indexOf(former), after.indexOf(group)] as const)
    .sort(([one], [other]) => one - other)
    .map(([, place]) => place);
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? -1));
}

/** The score first, then groups as they stand now, then those that are gone. */
function inOrder(changes: readonly Change[], before: ScoreDefinition, after: ScoreDefinition): Change[] {
  const headings = [WHOLE_SCORE, ...after.groups, ...before.groups].map((part) =>
    typeof part === "string" ? part : part.name,
  );
  return changes.toSorted((one, other) => headings.indexOf(one.where) - headings.indexOf(other.where));
}
