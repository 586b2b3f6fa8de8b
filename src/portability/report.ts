import { type Fault, formatPath } from "../scoring/faults.ts";

/** Steps to a part of a document. */
export type Path = readonly (string | number)[];

/** What a format could not say: where in the source document, and what. */
export type ReportEntry = Fault;

/** A list of what was left out, in the order in which it was met. */
export type Report = {
  readonly entries: readonly ReportEntry[];
  note(path: Path, message: string): void;
};

/** Returns an empty report; the same remark about the same place is kept once. */
export function createReport(): Report {
  const entries = new Map<string, ReportEntry>();
  return {
    get entries() {
      return [...entries.values()];
    },
    note(steps, message) {
      const path = formatPath(steps);
      entries.set(`${path}\n${message}`, { path, message });
    },
  };
}
