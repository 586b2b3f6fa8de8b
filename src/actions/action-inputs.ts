import { z } from "zod";
import type { NewAdjustment } from "../store/adjustments.ts";
import { isStorable } from "../store/storable-json.ts";
import { ActionFailure } from "./action-failure.ts";

const DAY_MS = 86_400_000;
const MOST_POINTS = 10_000;
const MOST_DAYS = 36_500;
const LONGEST_REASON = 250;
const LONGEST_SCORE = 50;

/** What is wrong with each input, and the cure, as the workflow's history shows it. */
const FAULTS = {
  score: "score is missing or unusable: choose a score in the action",
  points: `points must be a number other than 0, from -${MOST_POINTS} to ${MOST_POINTS} with at most two decimals: enter one such as 5 or -7.5`,
  side: "side must be engagement or fit: choose one of them",
  expires_in_days: `expires_in_days must be a whole number from 1 to ${MOST_DAYS}: enter one, or leave it empty for points that stay`,
  reason: `reason must be a text of 1 to ${LONGEST_REASON} characters without NUL or broken characters: enter one`,
};

/** HubSpot sends numbers as text; empty where a property or field is. */
const numberText = z
  .union([z.number(), z.string().trim()])
  .refine((value) => value !== "" && Number.isFinite(Number(value)))
  .transform(Number);

const pointsSchema = numberText
  .refine((points) => points !== 0 && Math.abs(points) <= MOST_POINTS)
  .refine((points) => Number(points.toFixed(2)) === points);

const daysSchema = z
  .union([z.null(), z.literal("").transform(() => null), numberText.pipe(z.int().min(1).max(MOST_DAYS))])
  .default(null);

const adjustmentSchema = z.object({
  points: pointsSchema,
  side: z.enum(["engagement", "fit"]),
  expires_in_days: daysSchema,
  reason: z.string().trim().min(1).max(LONGEST_REASON).refine(isStorable),
});

/** Returns the id of the score that an action's inputs name, as text; empty where they name none that can be one. */
export function readScore(inputs: { readonly [name: string]: unknown }): string {
  const text = z
    .union([z.string(), z.number(), z.boolean()])
    .transform(String)
    .safeParse(inputs["score"]).data;
  return text !== undefined && isStorable(text) ? text.trim().slice(0, LONGEST_SCORE) : "";
}

/** @throws ActionFailure where the inputs named no score. */
export function requireNamed(score: string): void {
  if (score === "") throw new ActionFailure("INVALID_INPUT", FAULTS.score);
}

/**
 * Returns the adjustment that an action's inputs ask for, in force from `at` (ms).
 * @throws ActionFailure saying what is wrong with each input, and the cure.
 */
export function readAdjustment(inputs: unknown, at: number): Omit<NewAdjustment, "by"> {
  const parsed = adjustmentSchema.safeParse(inputs);
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
    const faults = Object.entries(FAULTS).flatMap(([input, fault]) => (wrong.has(input) ? [fault] : []));
    throw new ActionFailure("INVALID_INPUT", faults.join("; "));
  }
  const { points, side, expires_in_days: days, reason } = parsed.data;
  return { points, side, reason, from: at, until: days === null ? null : at + days * DAY_MS };
}
