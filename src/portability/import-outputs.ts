import { z } from "zod";
import { importLadder } from "./import-ladder.ts";
import { internalNameOf, isInternalName } from "./internal-name.ts";
import { childOf, itemsOf, type JsonNode, leaveOut, readNode } from "./json-node.ts";
import type { Path } from "./report.ts";
import type { Fields } from "./rule-draft.ts";

const outputShape = z.object({
  id: z.union([z.string(), z.number()]).transform(String).default(""),
  outputType: z.enum(["SCORE", "THRESHOLD", "MATRIX"]),
  categories: z.array(z.enum(["FIT", "INTENT"])).optional(),
  propertyName: z.string().optional(),
  internalPropertyName: z.string().optional(),
  propertyLabel: z.string().optional(),
  propertyDescription: z.string().optional(),
  propertyGroup: z.string().optional(),
  boundaries: z.unknown().optional(),
});

type Output = { readonly node: JsonNode; readonly read: z.output<typeof outputShape> };
type Role = "score" | "engagement" | "fit" | "threshold";

/** The names of a score's properties and its labels, as far as outputs say. */
export type ImportedOutputs = {
  readonly property: Fields;
  readonly names: { readonly [further: string]: string };
  readonly thresholds?: { readonly fields: unknown; readonly path: Path };
};

/** Returns the properties and labels of an `outputConfiguration`; `node` is `undefined` where there is none. */
export function importOutputs(
  node: JsonNode | undefined,
  score: { readonly name: string; readonly isCombined: boolean },
): ImportedOutputs {
  const roles = rolesOf(node === undefined ? [] : readOutputs(node), score.isCombined);
  const labels = roles.get("threshold");
  const thresholds = labels && importThresholds(labels, score.isCombined);
  return {
    property: propertyOf(roles.get("score"), score.name),
    names: furtherNames(roles),
    ...(thresholds && { thresholds }),
  };
}

function rolesOf(outputs: readonly Output[], isCombined: boolean): Map<Role, Output> {
  const roles = new Map<Role, Output>();
  for (const output of outputs) {
    const role = roleOf(output.read, isCombined);
    if (roles.has(role)) leaveOut(output.node, `a score here writes one ${role} property: left out`);
    else roles.set(role, output);
  }
  return roles;
}

function furtherNames(roles: ReadonlyMap<Role, Output>): { [further: string]: string } {
  const names: { [further: string]: string } = {};
  for (const role of ["engagement", "fit", "threshold"] as const) {
    const output = roles.get(role);
    if (output === undefined) continue;
    noteTexts(output);
    const name = nameOf(output);
    if (name !== undefined) names[role] = name;
  }
  return names;
}

function readOutputs(node: JsonNode): Output[] {
  if (readNode(node, z.object({ outputs: z.unknown() })) === null) return [];
  return itemsOf(node, "outputs").flatMap((output) => {
    const read = readNode(output, outputShape);
    return read === null ? [] : [{ node: output, read }];
  });
}

/** A draft's overrides name no categories: there the id that an export gave them says which side is meant. */
function roleOf({ outputType, categories, id }: Output["read"], isCombined: boolean): Role {
  if (outputType !== "SCORE") return "threshold";
  if (!isCombined) return "score";
  if (categories === undefined) return id === "engagement" || id === "fit" ? id : "score";
  if (categories.length !== 1) return "score";
  return categories[0] === "FIT" ? "fit" : "engagement";
}

function nameOf({ node, read }: Output): string | undefined {
  const name = read.propertyName ?? read.internalPropertyName;
  if (name === undefined || isInternalName(name)) return name;
  const own = internalNameOf(name);
  node.report.note(node.path, `the property ${name} is named ${own} here`);
  return own;
}

function propertyOf(output: Output | undefined, scoreName: string): Fields {
  if (output === undefined) return { name: internalNameOf(scoreName) };
  const { propertyLabel, propertyDescription, propertyGroup } = output.read;
  const group = propertyGroup !== undefined && isInternalName(propertyGroup) ? propertyGroup : undefined;
  if (propertyGroup !== undefined && group === undefined) {
    output.node.report.note(
      [...output.node.path, "propertyGroup"],
      `${propertyGroup} cannot be a group here: left out`,
    );
  }
  return {
    name: nameOf(output) ?? internalNameOf(scoreName),
    ...(propertyLabel !== undefined && { label: propertyLabel }),
    ...(propertyDescription !== undefined && { description: propertyDescription }),
    ...(group !== undefined && { group }),
  };
}

/** Labels, descriptions and groups of the further properties follow the first one's here. */
function noteTexts({ node, read }: Output): void {
  for (const key of ["propertyLabel", "propertyDescription", "propertyGroup"] as const) {
    if (read[key] === undefined) continue;
    node.report.note([...node.path, key], "follows the score's own property here: left out");
  }
}

function importThresholds({ node, read }: Output, isCombined: boolean) {
  if ((read.outputType === "MATRIX") !== isCombined) {
    const wanted = isCombined
      ? "a combined score has labels per side"
      : "labels per side are for a combined score";
    leaveOut(node, `${wanted} here: left out`);
    return undefined;
  }
  if (!isCombined) {
    const ladder = importLadder(node, "boundaries");
    return ladder === null ? undefined : { fields: ladder, path: node.path };
  }
  const boundaries = childOf(node, "boundaries");
  const sides = z.object({ FIT: z.unknown(), INTENT: z.unknown() });
  if (readNode(boundaries, sides) === null) return undefined;
  const [fit, engagement] = [importLadder(boundaries, "FIT"), importLadder(boundaries, "INTENT")];
  return fit && engagement ? { fields: { fit, engagement }, path: node.path } : undefined;
}
