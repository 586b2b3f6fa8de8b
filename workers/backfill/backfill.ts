import { backgroundClient } from "../../src/background-client.ts";
import { callAllowance } from "../../src/call-stops.ts";
import { HubSpotError, isDenied } from "../../src/hubspot/hubspot-error.ts";
import { loggable } from "../../src/log.ts";
import { type BackfillStep, coverageOf, type ReadStep } from "../../src/scores/backfill-plan.ts";
import { forgetUnusedCoverage } from "../../src/scores/forget-coverage.ts";
import {
  type BackfillRun,
  finishScored,
  openRuns,
  type Progress,
  saveProgress,
} from "../../src/store/backfill-runs.ts";
import { loadCoverage, saveCoverage } from "../../src/store/coverage.ts";
import { BACKGROUND, markDirty } from "../../src/store/dirty-marks.ts";
import { countBacklog } from "../../src/store/open-work.ts";
import { lockPortalData } from "../../src/store/portals.ts";
import { countRecords, recordIdsAfter } from "../../src/store/records.ts";
import { promoteVersions } from "../../src/store/scores.ts";
import { renewWaiting } from "../../src/store/waiting-events.ts";
import type { WorkContext } from "../work-context.ts";
import { readPage } from "./run-step.ts";
import { tellProgress } from "./tell-progress.ts";

const MARK_PAGE = 2_000;
/** Marks are laid ahead of the scorer only this far, so that live changes never queue behind a flood of rows. */
const MOST_MARKS = 10_000;
const WAIT_MS = 250;

type Run = BackfillRun<BackfillStep>;
type Outcome = "more" | "wait" | "done";

function progressOf(run: Run, change: Partial<Progress>): Progress {
  return {
    state: run.state,
    step: run.step,
    cursor: run.cursor,
    done: run.done,
    total: run.total,
    isMarked: run.isMarked,
    ...change,
  };
}

/** Whether another run has read this step meanwhile. */
async function isCovered(work: WorkContext, portal: string, step: ReadStep): Promise<boolean> {
  const covered = new Set(
    (await loadCoverage(work.db, portal)).map(({ object, kind, name }) => `${object} ${kind} ${name}`),
  );
  return coverageOf(step).every(({ object, kind, name }) => covered.has(`${object} ${kind} ${name}`));
}

async function runReadStep(work: WorkContext, portal: string, run: Run, step: ReadStep): Promise<Outcome> {
  if (run.cursor === null && (await isCovered(work, portal, step))) {
    await saveProgress(work.db, portal, run.runId, progressOf(run, { step: run.step + 1 }));
    return "more";
  }
  const client = backgroundClient(work, portal, work.clients.clientFor(portal));
  const scores = await work.catalogue.load(work.db, portal);
  const page = await readPage({ work, portal, client, scores, cursor: run.cursor ?? undefined }, step);
  await work.db.transaction(async (tx) => {
    await lockPortalData(tx, portal);
    await page.save(tx);
    const isLast = page.next === undefined;
    if (isLast) await saveCoverage(tx, portal, coverageOf(step));
    const change = isLast
      ? { step: run.step + 1, cursor: null, done: 0 }
      : { cursor: page.next ?? null, done: run.done + page.count };
    await saveProgress(tx, portal, run.runId, progressOf(run, change));
  });
  return "more";
}

async function beginScoring(work: WorkContext, portal: string, run: Run): Promise<Outcome> {
  await work.db.transaction(async (tx) => {
    await promoteVersions(tx, portal, run.object);
    await forgetUnusedCoverage(tx, portal);
    await renewWaiting(tx, portal);
    const total = await countRecords(tx, portal, run.object);
    await saveProgress(
      tx,
      portal,
      run.runId,
      progressOf(run, { state: "scoring", cursor: "", done: 0, total }),
    );
  });
  return "more";
}

async function markPage(work: WorkContext, portal: string, run: Run): Promise<Outcome> {
  const { marks } = await countBacklog(work.db, portal);
  if (marks >= MOST_MARKS) return "wait";
  const ids = await recordIdsAfter(work.db, portal, run.object, {
    after: run.cursor ?? "",
    limit: MARK_PAGE,
  });
  const isLast = ids.length < MARK_PAGE;
  await work.db.transaction(async (tx) => {
    await markDirty(tx, portal, { object: run.object, ids }, { priority: BACKGROUND, delayMs: 0 });
    const cursor = ids.at(-1) ?? run.cursor;
    const change = { cursor, done: run.done + ids.length, isMarked: isLast };
    await saveProgress(tx, portal, run.runId, progressOf(run, change));
  });
  await work.queue.enqueue("score", { portal });
  return isLast ? "done" : "more";
}

function runStep(work: WorkContext, portal: string, run: Run): Promise<Outcome> {
  const step = run.steps[run.step];
  if (step && step.kind !== "score") return runReadStep(work, portal, run, step);
  return run.state === "reading" ? beginScoring(work, portal, run) : markPage(work, portal, run);
}

const RETRY_MS = 2_000;

/** Whether scoring can go on without the run's present step: all that it reads but the scored records themselves. */
function isDispensable(run: Run): boolean {
  const step = run.steps[run.step];
  if (step === undefined || step.kind === "score") return false;
  return step.kind !== "records" || step.object !== run.object;
}

/** Leaves out what HubSpot does not allow the account to read; it stays unread until the next run asks again. */
async function skipStep(work: WorkContext, portal: string, run: Run, error: HubSpotError): Promise<Outcome> {
  const { kind } = run.steps[run.step] ?? {};
  work.log.warn(
    { portal, run: run.runId, step: kind, error: loggable(error) },
    "HubSpot does not let the account read this: scores go on without it",
  );
  const change = { step: run.step + 1, cursor: null, done: 0 };
  await saveProgress(work.db, portal, run.runId, progressOf(run, change));
  return "more";
}

/** Ends a run that HubSpot refuses for good; any other failed page is tried again after a pause. */
async function afterFailure(
  work: WorkContext,
  portal: string,
  run: Run,
  error: HubSpotError,
): Promise<Outcome> {
  if (error.code === "PAUSED") return "wait";
  if (isDenied(error) && isDispensable(run)) return skipStep(work, portal, run, error);
  const isFinal = error.retry === "never";
  const text = isFinal ? "a back-fill failed" : "a back-fill page failed; it will be tried again";
  work.log.warn({ portal, run: run.runId, error: loggable(error) }, text);
  if (!isFinal) return "wait";
  await saveProgress(work.db, portal, run.runId, progressOf(run, { state: "failed", error: error.message }));
  return "done";
}

async function advance(
  work: WorkContext,
  portal: string,
  run: Run,
): Promise<{ outcome: Outcome; waitMs: number }> {
  try {
    return { outcome: await runStep(work, portal, run), waitMs: WAIT_MS };
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    return { outcome: await afterFailure(work, portal, run, error), waitMs: error.retryAfterMs ?? RETRY_MS };
  }
}

/** Carries the portal's back-fill runs on, page by page; a run killed half-way goes on at its last saved page. */
export async function backfill(work: WorkContext, portal: string): Promise<void> {
  for (;;) {
    await finishScored(work.db, portal);
    await tellProgress(work, portal);
    const runs = await openRuns<BackfillStep>(work.db, portal);
    const run = runs.find(({ isMarked }) => !isMarked);
    if (!run) {
      if (runs.length > 0) await work.queue.enqueue("backfill", { portal }, { delayMs: WAIT_MS });
      return;
    }
    if (!(await callAllowance(work.db, work.clock, portal)).background) return;
    const { outcome, waitMs } = await advance(work, portal, run);
    if (outcome !== "wait") continue;
    await work.queue.enqueue("backfill", { portal }, { delayMs: waitMs });
    return;
  }
}
