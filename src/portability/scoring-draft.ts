import type { Condition } from "../scoring/condition-schema.ts";
import type { NameProperty } from "./import-condition.ts";
import type { Path } from "./report.ts";

/** What one rule gives points for: a condition, points by listed value, or nothing at all (every event or record). */
export type Scoring = {
  readonly path: Path;
  readonly where?: Condition;
  readonly points?: number;
  readonly values?: {
    readonly property: string;
    readonly match: "equals" | "contains" | "starts_with";
    readonly points: { readonly [value: string]: number };
    readonly otherwise?: number;
  };
};

/** How a calculation is read: the names of its properties, and whether `otherwise` may stand beside `values`. */
export type CalculationSide = { readonly nameOf: NameProperty; readonly allowsOtherwise: boolean };
