import type { RawLimit } from "./raw-documents.ts";

/** A number of at most four decimals as whole ten-thousandths. */
export function units(points: number): bigint {
  const [whole = "0", part = ""] = String(Math.abs(points)).split(".");
  const value = BigInt(whole + part.padEnd(4, "0"));
  return points < 0 ? -value : value;
}

/** Ten-thousandths as a number. */
export const points = (value: bigint): number => Number(value) / 10_000;

/** A quotient rounded to the nearest whole, halves away from zero. */
export function divide(value: bigint, by: bigint): bigint {
  const size = value < 0n ? -value : value;
  const rounded = (2n * size + by) / (2n * by);
  return value < 0n ? -rounded : rounded;
}

/** Ten-thousandths rounded to so many decimals, halves away from zero. */
export function roundTo(value: bigint, decimals: number): bigint {
  const step = 10n ** BigInt(4 - decimals);
  return divide(value, step) * step;
}

/** Points held within a limit. */
export function clamp(value: bigint, limit: RawLimit | undefined): bigint {
  if (limit?.min !== undefined && value < units(limit.min)) return units(limit.min);
  if (limit?.max !== undefined && value > units(limit.max)) return units(limit.max);
  return value;
}
