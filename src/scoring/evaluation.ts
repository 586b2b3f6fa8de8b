import type { Side } from "./score-definition.ts";

/** What a score gives a record at an instant: rounded points, the label, and until when (ms) nothing changes by time alone. */
export type Evaluation = {
  readonly inScope: boolean;
  readonly value: number | null;
  readonly engagement: number | null;
  readonly fit: number | null;
  readonly threshold: string | null;
  readonly validUntil: number | null;
};

/** Unrounded points before and after a limit. */
export type Limited = { readonly before: number; readonly points: number };

/** A rule's share; `matches` are events, or records where the rule reads properties or associated records. */
export type RuleExplanation = Limited & { readonly id: string; readonly matches: number };

/** A group's share. */
export type GroupExplanation = Limited & {
  readonly name: string;
  readonly side: Side;
  readonly rules: readonly RuleExplanation[];
};

/** A side's share; `adjustments` (where not 0) are part of `before`. */
export type SideExplanation = Limited & { readonly adjustments?: number };

/** An evaluation with how it came about; out of scope there is nothing to tell. */
export type Explanation = Evaluation & {
  readonly groups: readonly GroupExplanation[] | null;
  readonly sides: { readonly [side in Side]?: SideExplanation } | null;
  readonly total: Limited | null;
};
