import { adjustRecord } from "../scores/adjust-record.ts";
import { reasonsText } from "../scores/reasons.ts";
import { applyReset } from "../scores/reset-record.ts";
import type { RecordValue } from "../scores/value-records.ts";
import type { ScoreDefinition } from "../scoring/definition.ts";
import { formatPoints } from "../scoring/evaluate.ts";
import type { Outputs } from "../store/action-callbacks.ts";
import type { Queryable } from "../store/database.ts";
import { LIVE, markDirty } from "../store/dirty-marks.ts";
import { ActionFailure } from "./action-failure.ts";
import { readAdjustment } from "./action-inputs.ts";

/** What an action is done to: one record's score, at the instant (ms) at which the request came. */
type Acting = {
  readonly portal: string;
  readonly scoreId: number;
  readonly definition: ScoreDefinition;
  readonly object: string;
  readonly id: string;
  readonly at: number;
  readonly inputs: unknown;
  /** Who asked, for the record. */
  readonly by: string;
  readonly isLate: boolean;
  readonly isUnread: boolean;
};

/** An action that workflows offer. */
type Action = {
  /** Does what is asked; throws `ActionFailure` before anything is done where that cannot be. */
  act(tx: Queryable, acting: Acting): Promise<void>;
  /** Whether the workflow is told the value before as well. */
  readonly tellsPrevious: boolean;
  /** What the workflow is told of the value then. */
  outputs(value: RecordValue): Outputs;
};

const TOP_REASONS = 3;

/** Returns a value under an output's name; nothing for a record out of the score's scope. */
export function valueOutput(name: string, { value }: RecordValue): Outputs {
  return value === null ? {} : { [name]: formatPoints(value) };
}

const newScore = (value: RecordValue): Outputs => valueOutput("new_score", value);

async function reset(tx: Queryable, { portal, scoreId, definition, object, id, at }: Acting): Promise<void> {
  if (definition.type === "fit")
    throw new ActionFailure(
      "INVALID_INPUT",
      `"${definition.name}" is a fit score: only engagement can be reset`,
    );
  await applyReset(tx, portal, { scoreId, object, id }, at);
}

async function adjust(tx: Queryable, acting: Acting): Promise<void> {
  const { portal, scoreId, definition, object, id, at, by } = acting;
  const given = readAdjustment(acting.inputs, at);
  if (definition.type !== "combined" && definition.type !== given.side)
    throw new ActionFailure("INVALID_INPUT", `"${definition.name}" has no ${given.side} side`);
  await adjustRecord(tx, portal, { scoreId, object, id }, { ...given, by });
}

async function recalculate(tx: Queryable, { portal, object, id }: Acting): Promise<void> {
  await markDirty(tx, portal, { object, ids: [id] }, { priority: LIVE, delayMs: 0 });
}

/** Nothing is done; nothing can be told at once of a record that is not read yet. */
async function get(_tx: Queryable, { object, isLate, isUnread }: Acting): Promise<void> {
  if (isUnread && !isLate)
    throw new ActionFailure("RECORD_NOT_FOUND", `this ${object} has not been read from HubSpot yet`);
}

/** The actions by their names in paths and in what is stored. */
export const ACTIONS = {
  "reset-score": { act: reset, tellsPrevious: true, outputs: newScore },
  "recalculate-score": { act: recalculate, tellsPrevious: false, outputs: newScore },
  "adjust-score": { act: adjust, tellsPrevious: false, outputs: newScore },
  "get-score": {
    act: get,
    tellsPrevious: false,
    outputs: (value) => ({
      ...valueOutput("value", value),
      label: value.label ?? "",
      top_reasons: reasonsText(value.reasons, TOP_REASONS),
    }),
  },
} as const satisfies { readonly [name: string]: Action };

/** The name of an action. */
export type ActionName = keyof typeof ACTIONS;

/** Returns whether a text is the name of an action. */
export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}
