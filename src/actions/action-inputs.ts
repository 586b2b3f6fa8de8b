import { z } from "zod";
import type { NewAdjustment } from "../store/adjustments.ts";
import { ActionFailure } from "./action-failure.ts";

const DAY_MS = 86_400_000;
const MOST_POINTS = 10_000;
const LONGEST_REASON = 250;

/** HubSpot sends numbers as text; empty where a property or field is. */
const numberText = z
  .union([z.number(), z.string().trim()])
  .refine((value) => value !== "" && Number.isFinite(Number(value)), "is no number")
  .transform(Number);

const pointsSchema = numberText
  .refine((points) => Math.abs(points) <= MOST_POINTS, `is beyond ${MOST_POINTS}`)
  .refine((points) => Number(points.toFixed(2)) === points, "has more than two decimals");

const daysSchema = z
  .union([z.null(), z.literal("").transform(() => null), numberText.pipe(z.int().min(1).max(36_500))])
  .default(null);

const adjustmentSchema = z.object({
  points: pointsSchema,
  side: z.enum(["engagement", "fit"]),
  expires_in_days: daysSchema,
  reason: z.string().trim().min(1).max(LONGEST_REASON),
});

/**
 * Returns the adjustment that an action's inputs ask for, in force from `at` (ms).
 * @throws ActionFailure naming what is wrong with each input.
 */
export function readAdjustment(inputs: unknown, at: number): Omit<NewAdjustment, "by"> {
  const parsed = adjustmentSchema.safeParse(inputs);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new ActionFailure("INVALID_INPUT", faults.join("; "));
  }
  const { points, side, expires_in_days: days, reason } = parsed.data;
  return { points, side, reason, from: at, until: days === null ? null : at + days * DAY_MS };
}
