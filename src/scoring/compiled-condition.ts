import type { History, Properties } from "./record.ts";

/** What a condition reads: a record, an associated record or an event. */
export type Subject = {
  readonly properties: Properties;
  readonly history?: History;
  readonly lists?: readonly string[];
};

/** Whether a condition holds for a subject at an instant (ms). */
export type Test = (subject: Subject, at: number) => boolean;

/** The first instant (ms) after `at` at which time alone may turn a condition; infinity where there is none. */
export type Turn = (subject: Subject, at: number) => number;

/**
 * A condition as closures; `turn` is `null` where time alone never turns it. A `judged` one depends on nothing but the
 * verdicts of its sheets.
 */
export type CompiledCondition = { readonly test: Test; readonly turn: Turn | null; readonly judged: boolean };
