import type { EngagementGroup, FitGroup, ScoreDefinition } from "../scoring/score-definition.ts";
import { segmentIdsOf } from "./export-calculation.ts";
import type { Json } from "./export-condition.ts";
import { exportOutputs } from "./export-outputs.ts";
import { exportRule } from "./export-rule.ts";
import { objectTypeIdOf } from "./object-type-ids.ts";
import { createReport, type Path, type Report, type ReportEntry } from "./report.ts";

/** The bodies that make a score in HubSpot, and what of the definition they cannot say. */
export type HubSpotExport = {
  /** What a request to create the score carries. */
  readonly create: Json;
  /** What an update of its draft carries; ids of groups, rules and outputs stand for those that HubSpot gives them. */
  readonly draft: Json;
};

/** Returns the requests of HubSpot's Lead Scoring API (beta) for a definition, `null` where it can say none of its rules; report paths are the definition's. */
export function exportHubSpot(definition: ScoreDefinition): {
  readonly bodies: HubSpotExport | null;
  readonly report: readonly ReportEntry[];
} {
  const report = createReport();
  const groups = definition.groups.flatMap((group, index) =>
    exportGroup(group, { object: definition.object, path: ["groups", index], report }),
  );
  noteUnsayable(definition, report);
  if (groups.length === 0) return { bodies: null, report: report.entries };
  const score = {
    ...{ name: definition.name, objectTypeId: objectTypeIdOf(definition.object) },
    allowedGroupTypes: { fit: ["FIT"], engagement: ["INTENT"], combined: ["FIT", "INTENT"] }[definition.type],
    maxScorePerCategory: perCategory(definition, report),
  };
  const filterConfiguration = exportScope(definition, report);
  const draft = {
    ...{ ...score, groupConfigs: groups },
    ...(filterConfiguration !== null && { filterConfiguration }),
    outputConfiguration: exportOutputs(definition, report),
  };
  const create = { ...score, groupConfigs: groups.map(withoutIds) };
  return { bodies: { create, draft }, report: report.entries };
}

type HubSpotGroup = Json & { readonly ruleConfigurations: readonly Json[] };
type GroupPlace = { readonly object: string; readonly path: Path; readonly report: Report };

function exportGroup(
  group: EngagementGroup | FitGroup,
  { object, path, report }: GroupPlace,
): HubSpotGroup[] {
  const ruleConfigurations = group.rules
    .map((rule, index) => exportRule({ rule, path: [...path, "rules", index], report }, { object }))
    .filter((rule) => rule !== null);
  if (ruleConfigurations.length === 0) {
    report.note(path, `HubSpot can say no rule of group ${group.name}: it is left out`);
    return [];
  }
  const { limit } = group;
  return [
    {
      ...{ id: `group-${Number(path.at(-1)) + 1}`, groupName: group.name },
      groupCategory: group.side === "fit" ? "FIT" : "INTENT",
      ...(limit?.min !== undefined && { minValue: limit.min }),
      ...(limit?.max !== undefined && { maxValue: limit.max }),
      ...(group.side === "engagement" && exportDecay(group, path, report)),
      ruleConfigurations,
    },
  ];
}

function exportDecay({ decay, rules }: EngagementGroup, path: Path, report: Report): Json {
  if (decay === undefined) return {};
  if (rules.some(({ within }) => within !== undefined)) {
    report.note([...path, "decay"], "HubSpot's editor refuses decay in a group with timeframes");
  }
  return { groupDecay: { decayIntervalDays: decay.everyDays, percentToDecayPerInterval: decay.percent } };
}

function withoutIds({ id: _, ruleConfigurations, ...group }: HubSpotGroup): Json {
  return { ...group, ruleConfigurations: ruleConfigurations.map(({ id: _rule, ...rule }) => rule) };
}

function exportScope({ records }: ScoreDefinition, report: Report): Json | null {
  if (records.lists.length === 0) return null;
  const segmentIds = segmentIdsOf(records.lists);
  if (segmentIds === null) {
    report.note(["records", "lists"], "HubSpot's lists have numbers for ids: every record is scored");
    return null;
  }
  return { listFilterType: records.mode === "only" ? "INCLUDES" : "EXCLUDES", segmentIds };
}

/** HubSpot knows one whole number, the highest value of a side; a combined score can reach both together. */
function perCategory({ limit, sides }: ScoreDefinition, report: Report): number {
  if (sides === undefined) {
    const max = Math.ceil(limit.max);
    noteLimit({ limit, path: ["limit"], max }, report);
    return max;
  }
  const max = Math.ceil(Math.max(sides.engagement.max, sides.fit.max));
  noteLimit({ limit: sides.engagement, path: ["sides", "engagement"], max }, report);
  noteLimit({ limit: sides.fit, path: ["sides", "fit"], max }, report);
  noteLimit({ limit, path: ["limit"], max: 2 * max }, report);
  return max;
}

type PlacedLimit = {
  readonly limit: { readonly min: number; readonly max: number };
  readonly path: Path;
  readonly max: number;
};

function noteLimit({ limit, path, max }: PlacedLimit, report: Report): void {
  if (limit.max !== max)
    report.note([...path, "max"], `HubSpot takes one whole number for both sides: ${max}`);
  if (limit.min !== 0) report.note([...path, "min"], "HubSpot's configuration does not say the lowest value");
}

const SCORED_BY_HUBSPOT: readonly string[] = ["contact", "company", "deal"];

function noteUnsayable(definition: ScoreDefinition, report: Report): void {
  const { object, decimals, outOfScope, hysteresis, associated } = definition;
  if (!SCORED_BY_HUBSPOT.includes(object)) {
    report.note(["object"], "HubSpot scores contacts, companies and deals");
  }
  if (object === "deal" && definition.type !== "combined") {
    report.note(["type"], "HubSpot scores deals by a combined score only");
  }
  if (decimals !== 0) report.note(["decimals"], "HubSpot's configuration does not say decimals");
  if (outOfScope === "clear")
    report.note(["outOfScope"], "HubSpot does not clear a value that leaves its scope");
  if (hysteresis !== undefined) report.note(["hysteresis"], "HubSpot has no hysteresis");
  if (associated !== undefined) report.note(["associated"], "HubSpot's rules carry it each");
}
