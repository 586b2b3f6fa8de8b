export type Scalar = string | number | boolean;

export type RawLeaf = {
  readonly property: string;
  readonly operator: string;
  readonly values?: readonly Scalar[];
  readonly includeUnknown?: boolean;
};

type RawListLeaf = { readonly lists: readonly string[]; readonly belongs: "any" | "all" | "none" };

export type RawCondition =
  | { readonly all: readonly RawCondition[] }
  | { readonly any: readonly RawCondition[] }
  | { readonly not: RawCondition }
  | RawListLeaf
  | RawLeaf;

export type RawLimit = { readonly min?: number; readonly max?: number };

export type RawAssociated = {
  readonly object: string;
  readonly label?: string;
  readonly where?: RawCondition;
  readonly aggregate?: "sum" | "average" | "min" | "max";
};

export type RawTimeframe =
  | { readonly lastDays: number }
  | { readonly from?: string; readonly to?: string }
  | { readonly calendar: "THIS" | "LAST"; readonly unit: CalendarUnit };

export type CalendarUnit = "DAY" | "WEEK" | "MONTH" | "QUARTER" | "YEAR";

export type RawValues = {
  readonly property: string;
  readonly match?: "equals" | "contains" | "starts_with";
  readonly points: { readonly [key: string]: number };
  readonly otherwise?: number;
};

export type RawFrequencyRange = { readonly from: number; readonly to?: number; readonly points: number };

/** A rule as a user writes it; the keys of the wrong side stay absent. */
export type RawRule = {
  readonly id: string;
  readonly name?: string;
  readonly enabled?: boolean;
  readonly event?: string;
  readonly where?: RawCondition;
  readonly within?: RawTimeframe;
  readonly points?: number;
  readonly values?: RawValues;
  readonly frequency?: readonly RawFrequencyRange[];
  readonly count?: "every" | "once";
  readonly limit?: RawLimit;
  readonly associated?: RawAssociated;
};

export type RawGroup = {
  readonly name: string;
  readonly side: "engagement" | "fit";
  readonly limit?: RawLimit;
  readonly decay?: { readonly percent: number; readonly everyDays: number };
  readonly rules: readonly RawRule[];
};

export type RawThreshold = { readonly label: string; readonly from?: number; readonly color?: string };

/** A definition document as a user writes it, defaults left out or not. */
export type RawDefinition = {
  readonly schema: 1;
  readonly name: string;
  readonly object: string;
  readonly type: "engagement" | "fit" | "combined";
  readonly limit: { readonly min?: number; readonly max: number };
  readonly sides?: { readonly engagement?: RawLimit; readonly fit?: RawLimit };
  readonly decimals?: number;
  readonly outOfScope?: "keep" | "clear";
  readonly associated?: RawAssociated;
  readonly groups: readonly RawGroup[];
  readonly records?: { readonly mode?: "all" | "only"; readonly lists?: readonly string[] };
  readonly property: { readonly name: string };
  readonly thresholds?:
    | readonly RawThreshold[]
    | { readonly fit: readonly RawThreshold[]; readonly engagement: readonly RawThreshold[] };
};

export type RawProperties = { readonly [name: string]: Scalar | null };

export type RawEvent = {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly properties?: RawProperties;
};

export type RawHistory = {
  readonly [property: string]: readonly { readonly value: string | null; readonly timestamp: string }[];
};

/** What rules read of a record, scored or associated. */
export type RawSubject = {
  readonly object: string;
  readonly id: string;
  readonly properties?: RawProperties;
  readonly history?: RawHistory;
  readonly lists?: readonly string[];
  readonly events?: readonly RawEvent[];
};

export type RawAssociation = RawSubject & { readonly labels?: readonly string[] };

/** A line of a records file. */
export type RawRecord = RawSubject & {
  readonly associations?: readonly RawAssociation[];
  readonly resets?: { readonly [score: string]: string | readonly string[] };
};

/** Points given by hand, which files do not carry; instants in ms. */
export type RawAdjustment = {
  readonly side: "engagement" | "fit";
  readonly points: number;
  readonly from: number;
  readonly until: number | null;
};
