import { setTimeout as pause } from "node:timers/promises";
import { SingleBar } from "cli-progress";
import { type BackfillProgress, readBackfill } from "../src/scores/backfill-progress.ts";
import { printJson } from "./output.ts";
import { InputError, type Session } from "./session.ts";

const LOOK_MS = 300;
const IDLE_MS = 15_000;

const OVER = ["done", "superseded", "cancelled"];

async function lookAtRun({ context, portal }: Session, runId: string): Promise<BackfillProgress> {
  const run = await readBackfill(context.db, portal, runId);
  if (!run) throw new InputError(`run ${runId} does not exist`);
  if (run.state === "failed") throw new Error(`the back-fill failed: ${run.error}`);
  return run;
}

function phaseOf({ step, total }: BackfillProgress): string {
  const place = total === null ? `, step ${step.number} of ${step.of}` : "";
  return step.doing + place;
}

function createBar(): SingleBar {
  return new SingleBar({
    format: "{phase} [{bar}] {value}/{total} {rate}/s {left}",
    stream: process.stderr,
    hideCursor: true,
  });
}

/** Tells once in a while that nothing moves: no worker is there to take the run on. */
function createIdleNotice(): (position: string) => void {
  let seen = "";
  let movedAt = Date.now();
  return (position) => {
    if (position !== seen) movedAt = Date.now();
    seen = position;
    if (Date.now() - movedAt < IDLE_MS) return;
    console.error("no worker takes the run on: start one with `npm start` (it goes on by itself then)");
    movedAt = Date.now();
  };
}

async function followRun(session: Session, runId: string): Promise<void> {
  const bar = process.stderr.isTTY && !session.json ? createBar() : undefined;
  const noticeIdle = createIdleNotice();
  bar?.start(1, 0, { phase: "waiting", rate: 0, left: "" });
  try {
    for (;;) {
      const run = await lookAtRun(session, runId);
      const { state, step, done, total, ratePerSecond: rate, etaMs } = run;
      const left = etaMs === null ? "" : `${Math.ceil(etaMs / 1_000)} s left`;
      bar?.setTotal(Math.max(1, total ?? done));
      bar?.update(done, { phase: phaseOf(run), rate, left });
      if (OVER.includes(state)) return;
      noticeIdle(`${state} ${step.number} ${done}`);
      await pause(LOOK_MS);
    }
  } finally {
    bar?.stop();
  }
}

function endOf({ run, object, state, done, total }: BackfillProgress): string {
  if (state === "superseded") return `run ${run} has ended: a newer one scores all ${object} records`;
  if (state === "cancelled" && total === null) return `run ${run} was cancelled before it scored any record`;
  if (state === "cancelled")
    return `run ${run} was cancelled: ${done} of ${total} ${object} records are scored`;
  return `scored ${done} ${object} records`;
}

/** Shows the progress of runs until every record is scored. */
export async function followRuns(session: Session, runs: readonly string[]): Promise<void> {
  for (const runId of runs) {
    await followRun(session, runId);
    const end = await lookAtRun(session, runId);
    const { object, state, total } = end;
    if (session.json) printJson({ run: runId, object, state, records: total });
    else console.log(endOf(end));
  }
}
