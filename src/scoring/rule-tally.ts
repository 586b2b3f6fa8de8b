import { type Bounds, divideRounded } from "./points.ts";
import type { Associated } from "./score-definition.ts";

/** A rule's outcome for the record at hand: units before the rule's limit, and what matched. */
export type RuleTally = {
  readonly id: string;
  readonly bounds: Bounds;
  before: number;
  matches: number;
};

/** Points (units) of several associated records on their way to one figure. */
export type Pool = {
  readonly aggregate: Associated["aggregate"];
  sum: number;
  least: number;
  most: number;
  records: number;
};

/** Returns an empty pool. */
export function newPool(aggregate: Associated["aggregate"]): Pool {
  return { aggregate, sum: 0, least: 0, most: 0, records: 0 };
}

/** Empties a pool. */
export function emptyPool(pool: Pool): void {
  pool.sum = 0;
  pool.least = Number.POSITIVE_INFINITY;
  pool.most = Number.NEGATIVE_INFINITY;
  pool.records = 0;
}

/** Adds the units of one record that meets the criteria. */
export function pour(pool: Pool, units: number): void {
  pool.sum += units;
  pool.least = Math.min(pool.least, units);
  pool.most = Math.max(pool.most, units);
  pool.records += 1;
}

/** Returns the pooled units; 0 where no record met the criteria. */
export function pooledUnits(pool: Pool): number {
  if (pool.records === 0) return 0;
  switch (pool.aggregate) {
    case "sum":
      return pool.sum;
    case "average":
      return divideRounded(pool.sum, pool.records);
    case "min":
      return pool.least;
    case "max":
      return pool.most;
  }
}
