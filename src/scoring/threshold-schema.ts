import { z } from "zod";
import type { Problem } from "./operands.ts";
import { checked, textOf, threshold } from "./schema-fields.ts";
import { asList, asObject, isObject } from "./soft-read.ts";

const ladder = checked(
  z
    .array(
      z.strictObject({
        label: textOf(50),
        from: threshold.optional(),
        color: z.enum(["BLUE", "GRAY", "GREEN", "MAGENTA", "ORANGE", "PURPLE", "RED", "YELLOW"]).optional(),
      }),
    )
    .min(2)
    .max(9),
  (labels) => [...repeatedLabelProblems(labels), ...fallingProblems(labels)],
);

/** Labels by points, highest first: one ladder, or one a side for a combined score. */
export const thresholds = z.union([ladder, z.strictObject({ fit: ladder, engagement: ladder })], {
  error: "must be a list of labels, or lists for fit and engagement",
});

/** One ladder of labels, highest first; the last takes everything below. */
export type Ladder = z.output<typeof ladder>;

/** Returns what is wrong with thresholds in view of the score's type: their form, or labels that read alike when joined. */
export function thresholdProblems(type: unknown, value: unknown): Problem[] {
  if (value === undefined) return [];
  const perSide = isObject(value);
  if (type === "engagement" || type === "fit") {
    return perSide ? [{ path: ["thresholds"], message: "are per side for a combined score only" }] : [];
  }
  if (type !== "combined") return [];
  if (!perSide) {
    return [{ path: ["thresholds"], message: "of a combined score need fit and engagement" }];
  }
  const joined = labelsOf(value["fit"]).flatMap((fit) =>
    labelsOf(value["engagement"]).map((engagement) => fold(fit + engagement)),
  );
  if (new Set(joined).size === joined.length) return [];
  const alone = [value["fit"], value["engagement"]].some((side) => repeatedLabelProblems(side).length > 0);
  return alone ? [] : [{ path: ["thresholds"], message: "give the same joined label twice" }];
}

function repeatedLabelProblems(labels: unknown): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  asList(labels).forEach((entry, index) => {
    const { label } = asObject(entry);
    if (typeof label !== "string") return;
    if (seen.has(fold(label))) problems.push({ path: [index, "label"], message: "repeats another label" });
    seen.add(fold(label));
  });
  return problems;
}

function fallingProblems(labels: unknown): Problem[] {
  const problems: Problem[] = [];
  const entries = asList(labels);
  let above = Number.POSITIVE_INFINITY;
  entries.forEach((entry, index) => {
    const { from } = asObject(entry);
    const isLast = index === entries.length - 1;
    if (isLast && from !== undefined) {
      problems.push({
        path: [index, "from"],
        message: "the last label takes everything below and has no from",
      });
    }
    if (!isLast && from === undefined) problems.push({ path: [index, "from"], message: "required" });
    if (typeof from !== "number" || isLast) return;
    if (from >= above) problems.push({ path: [index, "from"], message: "must be below the one before it" });
    above = from;
  });
  return problems;
}

function labelsOf(ladderOrElse: unknown): string[] {
  return asList(ladderOrElse).flatMap((entry) => {
    const { label } = asObject(entry);
    return typeof label === "string" ? [label] : [];
  });
}

function fold(label: string): string {
  return label.toLowerCase();
}
