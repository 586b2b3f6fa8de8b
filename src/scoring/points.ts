/** One point in the fixed-point unit of every sum: ten-thousandths of a point. */
const UNITS_PER_POINT = 10_000;

/** Bounds in units; an absent bound is an infinity. */
export type Bounds = { readonly min: number; readonly max: number };

/** Returns points of at most four decimals as whole units, never minus zero. */
export function toUnits(points: number): number {
  return Math.round(points * UNITS_PER_POINT) + 0;
}

/** Returns points of at most two decimals as whole hundredths, never minus zero. */
export function toHundredths(points: number): number {
  return Math.round(points * 100) + 0;
}

/** Returns units as points, to four decimals. */
export function fromUnits(units: number): number {
  return units / UNITS_PER_POINT + 0;
}

/** Returns a limit in points as bounds in units. */
export function toBounds(
  limit: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined,
): Bounds {
  return {
    min: limit?.min === undefined ? Number.NEGATIVE_INFINITY : toUnits(limit.min),
    max: limit?.max === undefined ? Number.POSITIVE_INFINITY : toUnits(limit.max),
  };
}

/** Returns `units` kept within `bounds`. */
export function clamp(units: number, bounds: Bounds): number {
  return Math.max(bounds.min, Math.min(units, bounds.max));
}

/** Returns the quotient rounded to a whole number, half away from zero, never minus zero. */
export function divideRounded(units: number, divisor: number): number {
  const size = Math.abs(units);
  const rest = size % divisor;
  const whole = (size - rest) / divisor + (2 * rest >= divisor ? 1 : 0);
  return units < 0 ? 0 - whole : whole;
}

/** Returns `units` rounded to `decimals` digits, half away from zero, still in units. */
export function roundUnits(units: number, decimals: number): number {
  const step = UNITS_PER_POINT / 10 ** decimals;
  return divideRounded(units, step) * step;
}
