import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { type BackfillProgress, progressText, readBackfills } from "../src/scores/backfill-progress.ts";
import { cancelRuns, pauseRuns, resumeRuns } from "../src/store/run-control.ts";
import { printJson, printTable } from "./output.ts";
import { type Session, withSession } from "./session.ts";

const LOOK_MS = 1_000;

function cellsOf(backfill: BackfillProgress): string[] {
  const { run, scores, state, ratePerSecond, etaMs, error } = backfill;
  return [
    ...[run, scores.map(({ name, version }) => `${name} ${version}`).join(", "), state],
    ...[progressText(backfill), `${ratePerSecond}/s`],
    ...[etaMs === null ? "" : `${Math.ceil(etaMs / 1_000)} s left`, error ?? ""],
  ];
}

async function showStatus({ context, portal, json }: Session): Promise<boolean> {
  const backfills = await readBackfills(context.db, portal);
  if (json) backfills.forEach(printJson);
  else printTable(["RUN", "SCORES", "STATE", "PROGRESS", "RATE", "ETA", ""], backfills.map(cellsOf));
  return backfills.some(({ state }) => state === "reading" || state === "scoring");
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
    .description("the runs under way and the latest ones: state, step, progress, rate, time left")
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
