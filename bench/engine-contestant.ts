import type { Evaluation } from "../src/scoring/evaluation.ts";

/** What a contestant says of one contact. */
export type Outcome = Pick<Evaluation, "value" | "engagement" | "fit" | "threshold"> & {
  readonly validUntil?: number | null;
};

/** One way of computing the score. */
export type Contestant = {
  readonly name: string;
  /** Contacts a measured run takes; fewer for those that would need minutes. */
  readonly contacts: number;
  /** Returns the outcomes of the contacts from place `first` to just before `end`. */
  readonly score: (first: number, end: number) => readonly Outcome[] | Promise<readonly Outcome[]>;
  /** Gives back what the contestant holds. */
  readonly close?: () => void;
};
