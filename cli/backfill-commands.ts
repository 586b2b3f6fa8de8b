import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { countBacklog } from "../src/store/open-work.ts";
import { cancelRuns, latestRuns, pauseRuns, type RunLine, resumeRuns } from "../src/store/run-control.ts";
import { printJson, printTable } from "./output.ts";
import { type Session, withSession } from "./session.ts";

const SHOWN = 10;
const LOOK_MS = 1_000;

type Status = RunLine & {
  readonly scored: number;
  readonly rate: number;
  readonly etaSeconds: number | null;
};

function statusOf(run: RunLine, marks: number): Status {
  const scored = run.state === "reading" ? 0 : Math.max(0, run.done - marks);
  const rate = run.seconds > 0 ? scored / run.seconds : 0;
  const left = (run.total ?? 0) - scored;
  const etaSeconds = run.state === "scoring" && rate > 0 ? Math.ceil(left / rate) : null;
  return { ...run, scored, rate: Math.round(rate), etaSeconds };
}

async function showStatus({ context, portal, json }: Session): Promise<boolean> {
  const { marks } = await countBacklog(context.db, portal);
  const runs = (await latestRuns(context.db, portal, SHOWN)).map((run) => statusOf(run, marks));
  if (json) for (const run of runs) printJson(run);
  else {
    const rows = runs.map((run) => [
      run.runId,
      run.object,
      run.state,
      run.state === "reading"
        ? `step ${run.step + 1} of ${run.steps}, ${run.done} read`
        : `${run.scored}/${run.total ?? "?"}`,
      `${run.rate}/s`,
      run.etaSeconds === null ? "" : `${run.etaSeconds} s left`,
      run.error ?? "",
    ]);
    printTable(["RUN", "OBJECT", "STATE", "PROGRESS", "RATE", "ETA", ""], rows);
  }
  return runs.some((run) => run.state === "reading" || run.state === "scoring" || run.scored < run.done);
}

async function status(session: Session, options: { readonly watch?: boolean }): Promise<void> {
  while ((await showStatus(session)) && options.watch) await pause(LOOK_MS);
}

async function control(session: Session, done: string, work: () => Promise<number>): Promise<void> {
  const runs = await work();
  await session.context.queue.enqueue("backfill", { portal: session.portal });
  if (session.json) printJson({ [done]: runs });
  else console.log(runs === 0 ? "no run to change" : `${done} ${runs} run${runs === 1 ? "" : "s"}`);
}

/** Adds `backfill …` to the command line. */
export function addBackfillCommands(program: Command): void {
  const backfill = program.command("backfill").description("the runs that read and score a whole portal");
  backfill
    .command("status")
    .description("the latest runs: state, progress, rate, time left")
    .option("--watch", "show again every second while one is under way")
    .action((options: { watch?: boolean }, command: Command) =>
      withSession(command, (session) => status(session, options)),
    );
  backfill
    .command("pause")
    .description("pause the runs under way")
    .action((_options, command: Command) =>
      withSession(command, (session) =>
        control(session, "paused", () => pauseRuns(session.context.db, session.portal)),
      ),
    );
  backfill
    .command("resume")
    .description("take paused runs up where they were")
    .action((_options, command: Command) =>
      withSession(command, (session) =>
        control(session, "resumed", () => resumeRuns(session.context.db, session.portal)),
      ),
    );
  backfill
    .command("cancel")
    .description("end the runs under way; what is scored stays")
    .action((_options, command: Command) =>
      withSession(command, (session) =>
        control(session, "cancelled", () =>
          session.context.db.transaction((tx) => cancelRuns(tx, session.portal)),
        ),
      ),
    );
}
