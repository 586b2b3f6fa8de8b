import type { RunState } from "../store/backfill-runs.ts";
import type { Queryable } from "../store/database.ts";
import { findRun, listRuns, newestRuns, type RunLine, takeUntoldRuns } from "../store/run-lines.ts";
import type { BackfillStep } from "./backfill-plan.ts";
import { stepName } from "./step-name.ts";

/** How far a back-fill has come: the numbers that the command line, the API, the settings page and the log tell. */
export type BackfillProgress = {
  readonly run: string;
  readonly object: string;
  readonly scores: { readonly name: string; readonly version: number }[];
  readonly state: RunState;
  /** The step it is in, or stopped in: its place from 1, of how many, and what it does there. */
  readonly step: { readonly number: number; readonly of: number; readonly doing: string };
  /** Records read in this step; once it scores, records scored, of `total`. */
  readonly done: number;
  readonly total: number | null;
  /** Records a second in this step, 0 where nothing moves; once done, those scored a second. */
  readonly ratePerSecond: number;
  readonly etaMs: number | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly error: string | null;
};

type Line = RunLine<BackfillStep>;

const LATEST = 10;
const MOVING: readonly RunState[] = ["reading", "scoring", "done"];

function recordsPerSecond({ state, done, stepMs }: Line): number {
  return MOVING.includes(state) && stepMs > 0 ? (done * 1_000) / stepMs : 0;
}

function timeLeft({ state, done, total }: Line, rate: number): number | null {
  if (state !== "scoring" || total === null || rate === 0) return null;
  return Math.ceil((Math.max(0, total - done) * 1_000) / rate);
}

/** Returns how far a run has come. */
function progressOf(line: Line): BackfillProgress {
  const { runId, object, scores, state, step, present, waitsFor, done, error, finishedAt } = line;
  const at = present ?? { kind: "score", object };
  const doing = at.kind === "score" && line.total === null ? `about to begin ${stepName(at)}` : stepName(at);
  const rate = recordsPerSecond(line);
  return {
    ...{ run: runId, object, scores, state, done, error },
    step: {
      ...{ number: step + 1, of: Math.max(1, line.steps) },
      doing: waitsFor === null ? doing : `waiting for run ${waitsFor}`,
    },
    total: line.total === null ? null : Math.max(line.total, done),
    ratePerSecond: rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate),
    etaMs: timeLeft(line, rate),
    startedAt: new Date(line.startedAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  };
}

/** Returns the portal's back-fills under way and the latest ones, newest first. */
export async function readBackfills(db: Queryable, portal: string): Promise<BackfillProgress[]> {
  return (await listRuns<BackfillStep>(db, portal, LATEST)).map(progressOf);
}

/** Returns how far one run has come; undefined where there is none of this id. */
export async function readBackfill(
  db: Queryable,
  portal: string,
  runId: string,
): Promise<BackfillProgress | undefined> {
  const line = await findRun<BackfillStep>(db, portal, runId);
  return line && progressOf(line);
}

/** Returns the newest back-fill of each score, by the score's id. */
export async function readNewestBackfills(
  db: Queryable,
  portal: string,
): Promise<Map<number, BackfillProgress>> {
  const newest = await newestRuns<BackfillStep>(db, portal);
  return new Map([...newest].map(([id, line]) => [id, progressOf(line)]));
}

/** Returns the back-fills that the log should tell of now, each to one of all processes and at most once in `everyMs`. */
export async function takeUntoldBackfills(
  db: Queryable,
  portal: string,
  everyMs: number,
): Promise<BackfillProgress[]> {
  return (await takeUntoldRuns<BackfillStep>(db, portal, everyMs)).map(progressOf);
}

/** Returns how far a back-fill has come in words, as in `reading contacts (step 1 of 3), 1200 read`. */
export function progressText({ step, done, total }: BackfillProgress): string {
  const place = step.of > 1 ? ` (step ${step.number} of ${step.of})` : "";
  return `${step.doing}${place}, ${total === null ? `${done} read` : `${done}/${total}`}`;
}
