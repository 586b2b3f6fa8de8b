import { userInfo } from "node:os";
import type { Command } from "commander";
import { loadConfig } from "../config/config.ts";
import { readEnv } from "../config/env.ts";
import { publishScores } from "../src/scores/publish-scores.ts";
import { saveDraftEdit } from "../src/scores/save-draft.ts";
import { scoreNotices } from "../src/scores/score-notices.ts";
import { testRecord } from "../src/scores/test-record.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import { listScores } from "../src/store/scores.ts";
import { printExplanation } from "./explanation.ts";
import { printJson, printTable } from "./output.ts";
import { followRuns } from "./run-progress.ts";
import { addScoreAdjustmentCommands } from "./score-adjustment-commands.ts";
import { addScoreDiffCommand } from "./score-diff.ts";
import { addScoreExportCommand } from "./score-export.ts";
import { readScoreFiles } from "./score-files.ts";
import { addScoreLifeCommands } from "./score-life-commands.ts";
import { noticeText } from "./score-notice.ts";
import { addScoreOutlookCommands } from "./score-outlook-commands.ts";
import { addScoreReasonsCommand } from "./score-reasons-command.ts";
import { InputError, type Session, withSession } from "./session.ts";
import { recordOf } from "./type-and-id.ts";

async function importScores(
  session: Session,
  definitions: readonly ScoreDefinition[],
  basedOn: number | undefined,
): Promise<void> {
  const { context, portal, json } = session;
  const by = userInfo().username;
  const saved = await context.db.transaction(async (tx) => {
    const drafts = [];
    for (const definition of definitions) {
      const edit = { definition, by, ...(basedOn !== undefined && { basedOn }) };
      drafts.push(await saveDraftEdit(tx, portal, edit));
    }
    return drafts;
  });
  for (const { name, status, revision } of saved) {
    if (json) printJson({ score: name, status, draft: true, revision });
    else console.log(`imported "${name}" as a draft`);
  }
}

async function listAll({ context, portal, json }: Session): Promise<void> {
  const scores = await listScores(context.db, portal);
  const hasStaticToken = context.config.hubspot.single?.portal === portal;
  const notices = await scoreNotices(context.db, portal, scores, hasStaticToken);
  const rows = scores.map((score) => ({
    score: score.name,
    object: score.object,
    status: score.status,
    version: score.liveVersion,
    next: score.nextVersion,
    draft: score.draft !== null,
    reasons: score.hasReasons,
    revision: score.revision,
    ...notices.get(score.scoreId),
  }));
  if (json) return rows.forEach(printJson);
  const cells = rows.map((row) => [
    row.score,
    row.object,
    row.status,
    row.version === null ? "–" : String(row.version),
    row.next === null ? "" : `version ${row.next} is being read`,
    row.draft ? "draft" : "",
    noticeText(row),
  ]);
  printTable(["SCORE", "OBJECT", "STATUS", "VERSION", "NEXT", "DRAFT", ""], cells);
}

type PublishOptions = { readonly note?: string; readonly wait: boolean; readonly version?: number };

async function publish(session: Session, names: readonly string[], options: PublishOptions): Promise<void> {
  const { context, portal, json } = session;
  const { db, clients, clock, queue } = context;
  const deps = {
    ...{ db, client: clients.clientFor(portal), now: () => clock.now() },
    wake: () => queue.enqueue("backfill", { portal }),
  };
  const by = userInfo().username;
  const published = await publishScores(deps, portal, {
    names,
    by,
    ...(options.note !== undefined && { note: options.note }),
    ...(options.version !== undefined && { version: options.version }),
  });
  for (const { name, version } of published.scores) {
    if (json) printJson({ score: name, version });
    else console.log(`published "${name}" as version ${version}`);
  }
  for (const type of published.sourceless)
    console.error(`the account has no source of ${type} events: rules about them give nothing`);
  if (options.wait) await followRuns(session, published.runs);
}

async function test(
  session: Session,
  name: string,
  options: { readonly record: string; readonly draft?: boolean },
) {
  const { context, portal, json } = session;
  const record = recordOf(options.record);
  const explanation = await testRecord(
    context.db,
    portal,
    { name, ...record, isDraft: options.draft ?? false },
    context.clock.now(),
  );
  if (json) printJson({ ...record, ...explanation });
  else printExplanation(name, record, explanation);
}

function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1)
      throw new InputError(`${option} takes a whole number from 1, not ${text}`);
    return number;
  };
}

/** Adds `score …` to the command line. */
export function addScoreCommands(program: Command): void {
  const score = program.command("score").description("import, list, publish and test scores");
  score
    .command("import <files...>")
    .description(
      "save definitions (YAML or JSON; HubSpot's configuration and retired score properties too) as drafts",
    )
    .option("--revision <n>", "refuse unless the score is still at this revision", wholeNumber("--revision"))
    .action(async (files: string[], options: { revision?: number }, command: Command) => {
      loadConfig(readEnv());
      const definitions = await readScoreFiles(files);
      await withSession(command, (session) => importScores(session, definitions, options.revision));
    });
  score
    .command("list")
    .description("the portal's scores")
    .action((_options, command: Command) => withSession(command, listAll));
  score
    .command("publish <names...>")
    .description("publish drafts: make their properties, turn them on, score every record")
    .option("--note <text>", "why, kept with the version")
    .option("--version <n>", "publish an old version again", wholeNumber("--version"))
    .option("--no-wait", "do not wait until every record is scored")
    .action((names: string[], options: PublishOptions, command: Command) =>
      withSession(command, (session) => publish(session, names, options)),
    );
  score
    .command("test <name>")
    .description("explain a score's value for one record")
    .requiredOption("--record <type/id>", "the record, as in contact/123")
    .option("--draft", "test the draft, not the live version")
    .action((name: string, options: { record: string; draft?: boolean }, command: Command) =>
      withSession(command, (session) => test(session, name, options)),
    );
  addScoreExportCommand(score);
  addScoreDiffCommand(score);
  addScoreLifeCommands(score);
  addScoreAdjustmentCommands(score);
  addScoreReasonsCommand(score);
  addScoreOutlookCommands(score);
}
