import { setTimeout as pause } from "node:timers/promises";
import { SingleBar } from "cli-progress";
import { type BackfillRun, findRun } from "../src/store/backfill-runs.ts";
import { countBacklog } from "../src/store/open-work.ts";
import { printJson } from "./output.ts";
import { InputError, type Session } from "./session.ts";

const LOOK_MS = 300;
const IDLE_MS = 15_000;

type Look = { readonly run: BackfillRun; readonly scored: number; readonly isOver: boolean };

/** How far a run has come: records read while it reads, records scored (marks laid less marks left) afterwards. */
async function lookAtRun(session: Session, runId: string): Promise<Look> {
  const { context, portal } = session;
  const run = await findRun(context.db, portal, runId);
  if (!run) throw new InputError(`run ${runId} does not exist`);
  if (run.state === "failed") throw new Error(`the back-fill failed: ${run.error}`);
  const { marks } = await countBacklog(context.db, portal);
  const isOver =
    run.state === "superseded" || run.state === "cancelled" || (run.state === "done" && marks === 0);
  return { run, scored: run.state === "reading" ? 0 : Math.max(0, run.done - marks), isOver };
}

function phaseOf(run: BackfillRun): string {
  if (run.state !== "reading") return `scoring ${run.object} records`;
  return `reading HubSpot, step ${Math.min(run.step + 1, run.steps.length - 1)} of ${run.steps.length - 1}`;
}

function createBar(): SingleBar {
  return new SingleBar({
    format: "{phase} [{bar}] {value}/{total} {rate}/s ETA {eta_formatted}",
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

function createRate(): (look: Look) => number {
  let startedAt: number | undefined;
  return ({ run, scored }) => {
    if (run.state !== "reading") startedAt ??= Date.now();
    return startedAt === undefined ? 0 : Math.round((scored * 1000) / Math.max(1, Date.now() - startedAt));
  };
}

async function followRun(session: Session, runId: string): Promise<void> {
  const bar = process.stderr.isTTY && !session.json ? createBar() : undefined;
  const noticeIdle = createIdleNotice();
  const rateOf = createRate();
  bar?.start(1, 0, { phase: "waiting", rate: 0 });
  try {
    for (;;) {
      const look = await lookAtRun(session, runId);
      const { run, scored } = look;
      bar?.setTotal(Math.max(1, run.total ?? run.done));
      bar?.update(run.state === "reading" ? run.done : scored, { phase: phaseOf(run), rate: rateOf(look) });
      if (look.isOver) return;
      noticeIdle(`${run.state} ${run.step} ${run.done} ${scored}`);
      await pause(LOOK_MS);
    }
  } finally {
    bar?.stop();
  }
}

/** Shows the progress of runs until every record is scored. */
export async function followRuns(session: Session, runs: readonly string[]): Promise<void> {
  for (const runId of runs) {
    await followRun(session, runId);
    const { run } = await lookAtRun(session, runId);
    if (session.json) printJson({ run: runId, object: run.object, state: run.state, records: run.total });
    else console.log(`scored ${run.total ?? run.done} ${run.object} records`);
  }
}
