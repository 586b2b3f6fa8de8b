import { userInfo } from "node:os";
import type { Command } from "commander";
import { resetRecord, undoReset } from "../src/scores/reset-record.ts";
import { clone, discard, remove, rename, requireScore, switchOff } from "../src/scores/score-life.ts";
import { listVersions } from "../src/store/score-versions.ts";
import { printJson, printTable } from "./output.ts";
import { type Session, withSession } from "./session.ts";
import { recordOf } from "./type-and-id.ts";

function say(session: Session, result: object, text: string): void {
  if (session.json) printJson(result);
  else console.log(text);
}

async function versions(session: Session, name: string): Promise<void> {
  const { context, portal } = session;
  const score = await requireScore(context.db, portal, name);
  const rows = await listVersions(context.db, portal, score.scoreId);
  if (session.json) {
    for (const row of rows) printJson({ score: score.name, ...row, live: row.version === score.liveVersion });
    return;
  }
  const cells = rows.map((row) => [
    String(row.version),
    new Date(row.publishedAt).toISOString(),
    row.publishedBy,
    row.version === score.liveVersion ? score.status : "",
    row.note ?? "",
  ]);
  printTable(["VERSION", "PUBLISHED", "BY", "", "NOTE"], cells);
}

async function reset(
  session: Session,
  name: string,
  options: { readonly record: string; readonly undo?: boolean },
): Promise<void> {
  const { context, portal } = session;
  const record = recordOf(options.record);
  const request = { name, ...record };
  if (options.undo) await undoReset(context.db, portal, request);
  else await resetRecord(context.db, portal, request, context.clock.now());
  await context.queue.enqueue("score", { portal });
  const done = options.undo ? "took the newest reset back" : "reset";
  say(
    session,
    { score: name, ...record, undone: options.undo ?? false },
    `${done}: "${name}" for ${record.object} ${record.id}`,
  );
}

function addDraftCommands(score: Command): void {
  score
    .command("discard <name>")
    .description("drop the draft")
    .action((name: string, _options, command: Command) =>
      withSession(command, async (session) => {
        await discard(session.context.db, session.portal, name);
        say(session, { score: name, discarded: true }, `dropped the draft of "${name}"`);
      }),
    );
  score
    .command("clone <name> <newName>")
    .description("copy a score as a draft with properties of its own")
    .action((name: string, newName: string, _options, command: Command) =>
      withSession(command, async (session) => {
        const copy = await clone(session.context.db, session.portal, {
          name,
          newName,
          by: userInfo().username,
        });
        say(session, { score: copy.name, clonedFrom: name }, `copied "${name}" to "${copy.name}", a draft`);
      }),
    );
  score
    .command("rename <name> <newName>")
    .description("give a score another name; its properties keep theirs")
    .action((name: string, newName: string, _options, command: Command) =>
      withSession(command, async (session) => {
        await rename(session.context.db, session.portal, name, newName);
        say(session, { score: newName, renamedFrom: name }, `renamed "${name}" to "${newName}"`);
      }),
    );
}

function addLifeCommands(score: Command): void {
  score
    .command("versions <name>")
    .description("the published versions, newest first")
    .action((name: string, _options, command: Command) =>
      withSession(command, (session) => versions(session, name)),
    );
  score
    .command("off <name>")
    .description("turn a score off; records keep their last values")
    .action((name: string, _options, command: Command) =>
      withSession(command, async (session) => {
        await switchOff(session.context.db, session.portal, name);
        say(session, { score: name, status: "off" }, `"${name}" is off`);
      }),
    );
  score
    .command("delete <name>")
    .description("delete a score")
    .option("--with-properties", "delete its properties in HubSpot too", false)
    .action((name: string, options: { withProperties: boolean }, command: Command) =>
      withSession(command, async (session) => {
        const { context, portal } = session;
        const client = context.clients.clientFor(portal);
        await remove({ db: context.db, client }, portal, { name, ...options });
        say(
          session,
          { score: name, deleted: true, ...options },
          `deleted "${name}"${options.withProperties ? " and its properties" : "; its properties stay"}`,
        );
      }),
    );
  score
    .command("reset <name>")
    .description("count a record's engagement anew from now on")
    .requiredOption("--record <type/id>", "the record, as in contact/123")
    .option("--undo", "take the newest reset back")
    .action((name: string, options: { record: string; undo?: boolean }, command: Command) =>
      withSession(command, (session) => reset(session, name, options)),
    );
}

/** Adds what may be done with a score after writing it to `score`. */
export function addScoreLifeCommands(score: Command): void {
  addDraftCommands(score);
  addLifeCommands(score);
}
