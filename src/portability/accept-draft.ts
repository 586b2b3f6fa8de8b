import { type Fault, parseDefinition, type ScoreDefinition } from "../scoring/definition.ts";
import { formatPath, parsePath } from "../scoring/faults.ts";
import type { Path, Report } from "./report.ts";
import type { Fields, GroupDraft, RuleDraft } from "./rule-draft.ts";

/** A definition before it is checked, and where in the source its optional parts stand. */
export type ScoreDraft = {
  readonly fields: Fields;
  /** Fields that follow from the score's type, which its groups decide, and from whether it has labels. */
  readonly fieldsOfType: (type: ScoreDefinition["type"], hasLabels: boolean) => Fields;
  readonly groups: readonly GroupDraft[];
  readonly thresholds?: { readonly fields: unknown; readonly path: Path };
};

const MOST_ROUNDS = 5;

/** Returns the definition that a draft comes to without the parts that the contract refuses, which are noted; `null` where it refuses the whole. */
export function acceptDraft(draft: ScoreDraft, report: Report): ScoreDefinition | null {
  let left: ScoreDraft = draft;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const groups = left.groups.filter((group) => hasRules(group, report));
    if (groups.length === 0) {
      report.note([], "no rule of it can be said here");
      return null;
    }
    left = { ...left, groups: withIds(withNames(groups, report), report) };
    const result = parseDefinition(documentOf(left));
    if (result.ok) return result.definition;
    const reduced = withoutRefused(left, result.faults, report);
    if (reduced === null) return null;
    left = reduced;
  }
  return null;
}

function hasRules({ rules, path, name }: GroupDraft, report: Report): boolean {
  if (rules.length > 0) return true;
  report.note(path, `no rule of group ${name} can be said here: the group is left out`);
  return false;
}

function documentOf({ fields, fieldsOfType, groups, thresholds }: ScoreDraft): Fields {
  const sides = new Set(groups.map(({ side }) => side));
  const [only] = sides;
  const type = sides.size > 1 || only === undefined ? "combined" : only;
  return {
    ...{ schema: 1, ...fields, ...fieldsOfType(type, thresholds !== undefined), type },
    groups: groups.map(({ name, side, limit, decay, rules }) => ({
      ...{ name, side, ...(limit && { limit: limit.fields }), ...(decay && { decay: decay.fields }) },
      rules: rules.map((rule) => rule.fields),
    })),
    ...(thresholds && { thresholds: thresholds.fields }),
  };
}

function withIds(groups: readonly GroupDraft[], report: Report): GroupDraft[] {
  const taken = new Set<unknown>();
  let number = 0;
  const identify = ({ path, fields }: RuleDraft): RuleDraft => {
    number += 1;
    const wanted = String(fields["id"] ?? `rule-${number}`);
    const id = freeName(wanted, "-", taken);
    if (id !== wanted) report.note(path, `rule ${wanted} is named ${id} here: the name is taken`);
    return { path, fields: { ...fields, id } };
  };
  return groups.map((group) => ({ ...group, rules: group.rules.map(identify) }));
}

function withNames(groups: readonly GroupDraft[], report: Report): GroupDraft[] {
  const taken = new Set<unknown>();
  return groups.map((group) => {
    const name = freeName(group.name, " ", taken);
    if (name !== group.name) {
      report.note(group.path, `group ${group.name} is named ${name} here: the name is taken`);
    }
    return { ...group, name };
  });
}

function freeName(wanted: string, separator: string, taken: Set<unknown>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}${separator}${number}`;
  taken.add(name);
  return name;
}

/** The draft without the parts that faults are about; `null` where a fault is about a part that every score needs. */
function withoutRefused(draft: ScoreDraft, faults: readonly Fault[], report: Report): ScoreDraft | null {
  const refused = new Set<unknown>();
  for (const fault of faults) {
    const part = refusedPart(draft, parsePath(fault.path));
    if (part === null) {
      report.note([], `${fault.path === "" ? "the score" : fault.path}: ${fault.message}`);
      return null;
    }
    report.note(part.path, `${part.name} ${fault.message}: left out`);
    refused.add(part.value);
  }
  const { thresholds, ...rest } = draft;
  const groups = draft.groups.map(({ limit, decay, ...group }) => ({
    ...group,
    ...(limit && !refused.has(limit) && { limit }),
    ...(decay && !refused.has(decay) && { decay }),
    rules: group.rules.filter((rule) => !refused.has(rule)),
  }));
  return { ...rest, groups, ...(thresholds && !refused.has(thresholds) && { thresholds }) };
}

type Part = { readonly value: unknown; readonly path: Path; readonly name: string };

function refusedPart({ groups, thresholds }: ScoreDraft, steps: readonly (string | number)[]): Part | null {
  const [first, groupIndex, key, ruleIndex, ...rest] = steps;
  if (first === "thresholds" && thresholds !== undefined) {
    return { value: thresholds, path: thresholds.path, name: formatPath(steps) };
  }
  const group = first === "groups" ? groups[Number(groupIndex)] : undefined;
  if (group === undefined) return null;
  if (key === "limit" || key === "decay") {
    const part = group[key];
    return part === undefined ? null : { value: part, path: part.path, name: formatPath(steps.slice(2)) };
  }
  const rule = key === "rules" ? group.rules[Number(ruleIndex)] : undefined;
  return rule === undefined ? null : { value: rule, path: rule.path, name: formatPath(rest) || "the rule" };
}
