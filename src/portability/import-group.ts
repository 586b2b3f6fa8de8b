import { z } from "zod";
import { importLimit, narrower } from "./import-limit.ts";
import { type ImportedRule, importRule } from "./import-rule.ts";
import { childOf, itemsOf, type JsonNode, readNode } from "./json-node.ts";
import type { GroupDraft, LimitDraft, RuleDraft } from "./rule-draft.ts";

const shape = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  groupCategory: z.enum(["FIT", "INTENT"]),
  groupName: z.string(),
  minValue: z.number().optional(),
  maxValue: z.number().optional(),
  groupDecay: z.unknown().optional(),
  ruleConfigurations: z.unknown(),
});

const decayShape = z.object({ decayIntervalDays: z.number(), percentToDecayPerInterval: z.number() });

/**
 * Returns the groups that a group of HubSpot's configuration becomes: one, and one more for each rule whose limit
 * spans several rules here.
 */
export function importGroup(node: JsonNode, object: string): GroupDraft[] {
  const read = readNode(node, shape);
  if (read === null) return [];
  const side = read.groupCategory === "FIT" ? "fit" : "engagement";
  const decay = read.groupDecay === undefined ? undefined : importDecay(childOf(node, "groupDecay"), side);
  const limit = importLimit(node, { min: "minValue", max: "maxValue" });
  const base = { path: node.path, name: read.groupName, side, ...(decay && { decay }) } as const;
  const rules = itemsOf(node, "ruleConfigurations")
    .map((rule) => importRule(rule, { object, side }))
    .filter((rule) => rule !== null);
  return placeRules(base, { limit, rules: rules.map(named) }, node);
}

function importDecay(node: JsonNode, side: "engagement" | "fit"): GroupDraft["decay"] | undefined {
  const read = readNode(node, decayShape);
  if (read === null) return undefined;
  if (side === "fit") {
    node.report.note(node.path, "a group of properties has no decay here: left out");
    return undefined;
  }
  const fields = { percent: read.percentToDecayPerInterval, everyDays: read.decayIntervalDays };
  return { fields, path: node.path };
}

/** Gives each rule the id of HubSpot's rule, numbered where that became several. */
function named(imported: ImportedRule): ImportedRule {
  const { id, rules } = imported;
  if (id === undefined) return imported;
  const numbered = rules.map(({ path, fields }, index) => {
    const own = rules.length === 1 ? id : `${id}-${index + 1}`;
    return { path, fields: { id: own, ...fields } };
  });
  return { ...imported, rules: numbered };
}

type Base = Omit<GroupDraft, "rules" | "limit">;
type Contents = { readonly limit: LimitDraft | undefined; readonly rules: readonly ImportedRule[] };

/** A limit over several rules is a group's limit: of this group where they are alone in it, else of one of their own. */
function placeRules(base: Base, { limit, rules }: Contents, node: JsonNode): GroupDraft[] {
  const spanning = rules.filter((rule) => rule.limit !== undefined && rule.rules.length > 1);
  const [only] = spanning;
  if (only !== undefined && rules.length === 1) {
    return [groupOf(base, narrower(limit, only.limit), only.rules)];
  }
  const apart = limit === undefined ? spanning : [];
  if (limit !== undefined) for (const rule of spanning) noteUnlimited(rule);
  const kept = rules.filter((rule) => !apart.includes(rule)).flatMap(limitedRules);
  const others = apart.map((rule) => {
    const number = rules.indexOf(rule) + 1;
    node.report.note(rule.node.path, "becomes a group of its own, which holds its limit");
    return groupOf({ ...base, name: `${base.name} ${number}`, path: rule.node.path }, rule.limit, rule.rules);
  });
  return [...(kept.length > 0 || others.length === 0 ? [groupOf(base, limit, kept)] : []), ...others];
}

function noteUnlimited({ node, rules }: ImportedRule): void {
  const message = `its limit spans ${rules.length} rules here, in a group with a limit of its own: left out`;
  node.report.note(node.path, message);
}

function limitedRules({ rules, limit }: ImportedRule): readonly RuleDraft[] {
  if (limit === undefined || rules.length !== 1) return rules;
  return rules.map(({ path, fields }) => ({ path, fields: { ...fields, limit } }));
}

function groupOf(base: Base, limit: LimitDraft | undefined, rules: readonly RuleDraft[]): GroupDraft {
  return { ...base, ...(limit && { limit: { fields: limit, path: base.path } }), rules };
}
