import type { Command } from "commander";
import { definitionOf, requireScore } from "../src/scores/score-life.ts";
import { runShadow, type Shadow } from "../src/scores/shadow.ts";
import { sharePrecision } from "../src/scores/shadow-report.ts";
import { budgetLeft } from "../src/store/call-budgets.ts";
import { printJson, printTable } from "./output.ts";
import { InputError, type Session, withSession } from "./session.ts";

const BATCH = 100;
/** Calls in ten seconds before HubSpot's answers told the account's own limit. */
const FIRST_LIMIT = 100;

async function look(session: Session, name: string, sample: number | undefined): Promise<Shadow> {
  const { context, portal } = session;
  const score = await requireScore(context.db, portal, name);
  const definition = await definitionOf(context.db, portal, score);
  const run = {
    scoreId: score.scoreId,
    definition,
    at: context.clock.now(),
    ...(sample !== undefined && { sample }),
  };
  return runShadow(context.db, portal, run);
}

function printDistribution({ report, population }: Shadow): void {
  const total = Math.max(1, report.inScope);
  const isSample = report.records < population;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const precision = (share: number): string =>
    isSample ? ` ± ${percent(sharePrecision(share, report.inScope, population))}` : "";
  if (report.labels.length > 0) {
    const rows = report.labels.map(({ label, now, planned }) => [
      label,
      String(now),
      String(planned),
      `${percent(planned / total)}${precision(planned / total)}`,
    ]);
    printTable(["LABEL", "NOW", "THEN", "SHARE"], rows);
  }
  const rows = report.histogram.map(({ from, to, now, planned }) => [
    `${from} to ${to}`,
    String(now),
    String(planned),
    `${percent(planned / total)}${precision(planned / total)}`,
  ]);
  printTable(["VALUE", "NOW", "THEN", "SHARE"], rows);
}

function printUnread({ unread }: Shadow): void {
  if (unread.length > 0)
    console.error(`not read from HubSpot yet, so counted as unknown: ${unread.join(", ")}`);
}

async function shadow(session: Session, name: string): Promise<void> {
  const seen = await look(session, name, undefined);
  const { report } = seen;
  const calls = Math.ceil(report.writes / BATCH);
  const budget = await budgetLeft(session.context.db, session.portal);
  const seconds = Math.ceil((calls * 10) / (budget?.perTenSeconds ?? FIRST_LIMIT));
  if (session.json) return printJson({ score: name, ...seen, calls, seconds });
  printUnread(seen);
  console.log(
    `${report.records} records, ${report.inScope} in scope: ${report.changedValues} change value, ${report.changedLabels} change label`,
  );
  printDistribution(seen);
  for (const { from, to, records } of report.labelMoves) console.log(`${from} → ${to}: ${records}`);
  for (const [title, moves] of [
    ["rise most", report.risers],
    ["fall most", report.fallers],
  ] as const) {
    if (moves.length > 0)
      console.log(
        `${title}: ${moves.map(({ id, before, after }) => `${id} (${before} → ${after})`).join(", ")}`,
      );
  }
  console.log(
    `publishing would write ${report.writes} records in ${calls} calls, about ${seconds} s at the account's limit`,
  );
}

function sampleSize(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1)
    throw new InputError(`--sample takes a whole number from 1, not ${text}`);
  return size;
}

async function preview(session: Session, name: string, options: { readonly sample: string }): Promise<void> {
  const seen = await look(session, name, sampleSize(options.sample));
  if (session.json) return printJson({ score: name, ...seen });
  printUnread(seen);
  console.log(
    `${seen.report.records} of ${seen.population} records, drawn at random; ± is the 95 % interval`,
  );
  printDistribution(seen);
}

/** Adds `score shadow` and `score preview`: what a definition would do, before it does. */
export function addScoreOutlookCommands(score: Command): void {
  score
    .command("shadow <name>")
    .description("evaluate the draft (or an off score) over all records without writing, and compare")
    .action((name: string, _options, command: Command) =>
      withSession(command, (session) => shadow(session, name)),
    );
  score
    .command("preview <name>")
    .description("the distribution of values on a random sample of records")
    .option("--sample <n>", "how many records", "1000")
    .action((name: string, options: { sample: string }, command: Command) =>
      withSession(command, (session) => preview(session, name, options)),
    );
}
