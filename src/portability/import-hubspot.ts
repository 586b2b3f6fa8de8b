import { z } from "zod";
import type { ScoreDefinition } from "../scoring/definition.ts";
import { asList, asObject } from "../scoring/soft-read.ts";
import { acceptDraft, type ScoreDraft } from "./accept-draft.ts";
import { importGroup } from "./import-group.ts";
import { type ImportedOutputs, importOutputs } from "./import-outputs.ts";
import { childOf, itemsOf, type JsonNode, readNode } from "./json-node.ts";
import { objectOfTypeId } from "./object-type-ids.ts";
import { createReport, type ReportEntry } from "./report.ts";
import type { Fields, GroupDraft } from "./rule-draft.ts";

/** A definition made of another format, `null` where none can be, and what was left out of it. */
export type Imported = {
  readonly definition: ScoreDefinition | null;
  readonly report: readonly ReportEntry[];
};

const ignored = z.unknown().optional();

/** A configuration as answers, create requests and draft updates of HubSpot's Lead Scoring API (beta) carry it. */
const shape = z.object({
  ...{ id: ignored, scoreStatus: ignored, scoreType: ignored },
  ...{ createdAt: ignored, updatedAt: ignored, publishedAt: ignored },
  name: z.string(),
  objectTypeId: z.string(),
  allowedGroupTypes: z.array(z.string()).default([]),
  maxScore: z.number().optional(),
  maxScorePerCategory: z.number().optional(),
  groupConfigs: z.unknown(),
  filterConfiguration: z.unknown().optional(),
  outputConfiguration: z.unknown().optional(),
});

type Configuration = z.output<typeof shape>;

/** Returns the definition of a HubSpot configuration; report paths are those of `configuration`. */
export function importHubSpot(configuration: unknown): Imported {
  const report = createReport();
  const node: JsonNode = { value: configuration, path: [], report };
  const read = readNode(node, shape);
  const definition = read && acceptDraft(importScore(node, read), report);
  return { definition, report: report.entries };
}

function importScore(node: JsonNode, read: Configuration): ScoreDraft {
  const object = objectOfTypeId(read.objectTypeId);
  const groups = itemsOf(node, "groupConfigs").flatMap((group) => importGroup(group, object));
  const isCombined = new Set(groups.map(({ side }) => side)).size > 1;
  if (!isCombined && read.allowedGroupTypes.length > 1) {
    node.report.note(
      ["allowedGroupTypes"],
      "a combined score needs groups of both kinds here: it has one kind",
    );
  }
  const output = read.outputConfiguration === undefined ? undefined : childOf(node, "outputConfiguration");
  const outputs = importOutputs(output, { name: read.name, isCombined });
  noteFloor(groups, node);
  if (read.maxScore === undefined && read.maxScorePerCategory === undefined) {
    node.report.note([], `says no maximum: ${USUAL_LIMIT} is taken`);
  }
  return {
    fields: { name: read.name, object, ...importScope(node, read) },
    fieldsOfType: (type, hasLabels) => ({
      ...limitsOf(read, type),
      ...propertyOf(outputs, { type, hasLabels }),
    }),
    groups,
    ...(outputs.thresholds && { thresholds: outputs.thresholds }),
  };
}

const scopeShape = z.object({
  listFilterType: z.enum(["INCLUDES", "EXCLUDES"]),
  segmentIds: z.array(z.union([z.string(), z.number()]).transform(String)),
});

function importScope(node: JsonNode, read: Configuration): Fields {
  if (read.filterConfiguration === undefined) return {};
  const filter = childOf(node, "filterConfiguration");
  const scope = readNode(filter, scopeShape);
  if (scope === null) return {};
  const { listFilterType, segmentIds: lists } = scope;
  if (listFilterType === "INCLUDES" && lists.length === 0) {
    node.report.note(filter.path, "includes no list: every record is scored here");
    return {};
  }
  return { records: { mode: listFilterType === "INCLUDES" ? "only" : "all", lists } };
}

const USUAL_LIMIT = 100;

function limitsOf({ maxScore, maxScorePerCategory }: Configuration, type: ScoreDefinition["type"]): Fields {
  const perSide = maxScorePerCategory ?? maxScore ?? USUAL_LIMIT;
  if (type !== "combined") return { limit: { max: perSide } };
  const side = { max: perSide };
  return { limit: { max: maxScore ?? 2 * perSide }, sides: { engagement: side, fit: side } };
}

function propertyOf(
  { property, names }: ImportedOutputs,
  { type, hasLabels }: { readonly type: ScoreDefinition["type"]; readonly hasLabels: boolean },
): Fields {
  const written = Object.entries(names).filter(([further]) =>
    further === "threshold" ? hasLabels : type === "combined",
  );
  return { property: { ...property, names: Object.fromEntries(written) } };
}

/** Points below 0 can take a score below 0 in HubSpot; where its range ends is not part of a configuration. */
function noteFloor(groups: readonly GroupDraft[], node: JsonNode): void {
  if (!groups.some(({ rules }) => rules.some(({ fields }) => takesPointsOff(fields)))) return;
  node.report.note(
    ["maxScorePerCategory"],
    "does not say the lowest value, and rules take points off: 0 is taken",
  );
}

function takesPointsOff({ points, values, frequency }: Fields): boolean {
  const listed = asObject(values);
  const ranges = asList(frequency).map((range) => asObject(range)["points"]);
  const given = [points, listed["otherwise"], ...Object.values(asObject(listed["points"])), ...ranges];
  return given.some((value) => typeof value === "number" && value < 0);
}
