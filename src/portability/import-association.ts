import { z } from "zod";
import type { Associated } from "../scoring/score-definition.ts";
import { importAssociationFilters } from "./import-condition.ts";
import { childOf, type JsonNode, readNode } from "./json-node.ts";
import { associationLabelOf, objectOfTypeId } from "./object-type-ids.ts";

const spec = z.object({ associationCategory: z.string(), associationTypeId: z.int() });

const shape = z.object({
  type: z.string(),
  id: z.string().optional(),
  associatedObjectTypeId: z.string(),
  associationSpec: spec,
  inverseAssociationSpec: spec.optional(),
  associationFilters: z.unknown().optional(),
  recordCalculation: z.unknown(),
  rollupType: z.enum(["SUM", "AVG", "MIN", "MAX"]),
});

const AGGREGATES = { SUM: "sum", AVG: "average", MIN: "min", MAX: "max" } as const;

/** Returns which associated records a calculation reads and how it joins their points, or `null`, noted. */
export function importAssociation(node: JsonNode): Associated | null {
  const read = readNode(node, shape);
  if (read === null) return null;
  const object = objectOfTypeId(read.associatedObjectTypeId);
  const known = associationLabelOf(read.associationSpec, read.inverseAssociationSpec);
  const filters = read.associationFilters === undefined ? undefined : childOf(node, "associationFilters");
  const where = filters && importAssociationFilters(filters);
  if (where === null) return null;
  if (known === undefined) {
    const { associationCategory, associationTypeId } = read.associationSpec;
    node.report.note(
      [...node.path, "associationSpec"],
      `the label of association type ${associationCategory} ${associationTypeId} is not known here: every associated ${object} counts`,
    );
  }
  return {
    object,
    ...(known?.label !== undefined && { label: known.label }),
    ...(where !== undefined && { where }),
    aggregate: AGGREGATES[read.rollupType],
  };
}

/** Notes that points joined over several calculations cannot be joined rule by rule. */
export function noteJoined(node: JsonNode, aggregate: string | undefined, rules: number): void {
  if (rules < 2 || aggregate === undefined || aggregate === "sum") return;
  node.report.note(
    node.path,
    `becomes ${rules} rules: the ${aggregate} is taken of each, and these are added`,
  );
}
