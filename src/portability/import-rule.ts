import { z } from "zod";
import { ALWAYS } from "./always.ts";
import { importAssociation, noteJoined } from "./import-association.ts";
import { importCalculation } from "./import-calculation.ts";
import { importEventCalculation } from "./import-event-entry.ts";
import { importLimit } from "./import-limit.ts";
import { childOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";
import type { Fields, LimitDraft, RuleDraft } from "./rule-draft.ts";
import type { Scoring } from "./scoring-draft.ts";

/** The rules that one rule of HubSpot becomes, and the limit over all of them. */
export type ImportedRule = {
  readonly node: JsonNode;
  readonly id: string | undefined;
  readonly rules: readonly RuleDraft[];
  readonly limit: LimitDraft | undefined;
};

/** What a rule belongs to. */
export type RulePlace = { readonly object: string; readonly side: "engagement" | "fit" };

const ruleShape = z.object({
  id: z.union([z.string(), z.number()]).transform(String).optional(),
  enabled: z.boolean().default(true),
  minimumValue: z.number().optional(),
  maximumValue: z.number().optional(),
  configuration: z.unknown(),
});

const configurationShape = z.object({ id: z.string().optional(), calculation: z.unknown() });

/** Returns the rules that a rule of HubSpot's configuration becomes; what cannot be said is noted. */
export function importRule(node: JsonNode, place: RulePlace): ImportedRule | null {
  const read = readNode(node, ruleShape);
  const configuration = childOf(node, "configuration");
  if (read === null || readNode(configuration, configurationShape) === null) return null;
  const drafts = importRootCalculation(childOf(configuration, "calculation"), place);
  const rules = drafts.map(({ path, fields }) => ({ path, fields: { enabled: read.enabled, ...fields } }));
  if (rules.length === 0) node.report.note(node.path, "no part of the rule can be said here: it is left out");
  const limit = importLimit(node, { min: "minimumValue", max: "maximumValue" });
  return { node, id: read.id, rules, limit };
}

function importRootCalculation(node: JsonNode, place: RulePlace): readonly RuleDraft[] {
  const type = childOf(node, "type").value;
  if (place.side === "engagement") return importEngagement(node, { type, object: place.object });
  if (type === "MULTI_UE" || type === "ASSOCIATION_UE") {
    leaveOut(node, "scores events, which a group of properties cannot hold here: left out");
    return [];
  }
  if (type !== "ASSOCIATIONS") {
    const scorings = importCalculation(node, { nameOf: (name) => name, allowsOtherwise: true });
    return scorings.map((scoring) => propertyRule(scoring, {}));
  }
  const associated = importAssociation(node);
  if (associated === null) return [];
  const record = childOf(node, "recordCalculation");
  const scorings = importCalculation(record, { nameOf: (name) => name, allowsOtherwise: false });
  noteJoined(node, associated.aggregate, scorings.length);
  return scorings.map((scoring) => propertyRule(scoring, { associated }));
}

function propertyRule({ path, ...scoring }: Scoring, more: Fields): RuleDraft {
  const always = scoring.where === undefined && scoring.values === undefined ? { where: ALWAYS } : {};
  return { path, fields: { ...scoring, ...always, ...more } };
}

function importEngagement(
  node: JsonNode,
  { type, object }: { readonly type: unknown; readonly object: string },
): readonly RuleDraft[] {
  if (type !== "MULTI_UE" && type !== "ASSOCIATION_UE") {
    leaveOut(node, "scores no events, which a group of events must here: left out");
    return [];
  }
  if ((type === "MULTI_UE") !== (object === "contact")) {
    const message =
      object === "contact"
        ? "scores events of associated records, which a contact score cannot here: left out"
        : `scores events of the ${object} itself; events belong to contacts here: left out`;
    leaveOut(node, message);
    return [];
  }
  if (type === "MULTI_UE") return importEventCalculation(node);
  const associated = importAssociation(node);
  if (associated === null) return [];
  const rules = importEventCalculation(childOf(node, "recordCalculation"));
  noteJoined(node, associated.aggregate, rules.length);
  return rules.map(({ path, fields }) => ({ path, fields: { ...fields, associated } }));
}
