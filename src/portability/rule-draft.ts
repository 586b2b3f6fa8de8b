import type { Path } from "./report.ts";

/** Fields of a definition's part before it is checked. */
export type Fields = { readonly [field: string]: unknown };

/** A rule before it is checked, without its id, and where in the source it stands. */
export type RuleDraft = { readonly path: Path; readonly fields: Fields };

/** Points from `min` to `max`; a missing one is no bound. */
export type LimitDraft = { readonly min?: number; readonly max?: number };

/** A group before it is checked; `limitPath` and `decayPath` are where those stand in the source. */
export type GroupDraft = {
  readonly path: Path;
  readonly name: string;
  readonly side: "engagement" | "fit";
  readonly limit?: { readonly fields: LimitDraft; readonly path: Path };
  readonly decay?: { readonly fields: Fields; readonly path: Path };
  readonly rules: readonly RuleDraft[];
};
