/** Property values by name, as the CRM sends them: text, `null`, or absent; read own keys only. */
export type Properties = { readonly [name: string]: string | null | undefined };

/** One engagement of a contact; `occurredAt` in milliseconds since 1970. */
export type EngagementEvent = {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: number;
  readonly properties: Properties;
};

/** One recorded value of a property; `timestamp` in milliseconds since 1970. */
export type HistoryEntry = { readonly value: string | null; readonly timestamp: number };

/** Recorded values by property name, in any order. */
export type History = { readonly [property: string]: readonly HistoryEntry[] };

/** A record associated with the scored one, with the labels of that association. */
export type AssociatedRecord = {
  readonly object: string;
  readonly id: string;
  readonly labels: readonly string[];
  readonly properties: Properties;
  readonly history: History;
  readonly lists: readonly string[];
  readonly events: readonly EngagementEvent[];
};

/** Points given to one side by hand or by a workflow, in force from `from` until just before `until` (ms). */
export type Adjustment = {
  readonly side: "engagement" | "fit";
  readonly points: number;
  readonly from: number;
  readonly until: number | null;
};

/** A record to be scored, with the resets of the score at hand (ms). */
export type ScoredRecord = {
  readonly object: string;
  readonly id: string;
  readonly properties: Properties;
  readonly history: History;
  readonly lists: readonly string[];
  readonly events: readonly EngagementEvent[];
  readonly associations: readonly AssociatedRecord[];
  readonly resets: readonly number[];
  readonly adjustments?: readonly Adjustment[];
};
