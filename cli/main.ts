#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { ConfigError, printableConfig } from "../config/config.ts";
import { readEnv } from "../config/env.ts";
import { PublishError } from "../src/scores/publish-checks.ts";
import { ScoreError } from "../src/scores/score-error.ts";
import { RecordTestError } from "../src/scores/test-record.ts";
import { addBackfillCommands } from "./backfill-commands.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addEvaluateCommand } from "./evaluate.ts";
import { addKeyCommands } from "./key-commands.ts";
import { addPortalCommands } from "./portal-commands.ts";
import { addScoreCommands } from "./score-commands.ts";
import { InputError, withContext } from "./session.ts";
import { addSetupCommand } from "./setup.ts";
import { addWebhookCommands } from "./webhook-commands.ts";

function createProgram(): Command {
  const program = new Command("scorekeeper")
    .description("Lead scoring for HubSpot accounts")
    .option("--portal <id>", "the portal, where there are several")
    .option("--json", "print JSON lines")
    .exitOverride();
  addEvaluateCommand(program);
  addScoreCommands(program);
  addBackfillCommands(program);
  addWebhookCommands(program);
  addDoctorCommand(program);
  addPortalCommands(program);
  addKeyCommands(program);
  addSetupCommand(program);
  program
    .command("migrate")
    .description("bring the database's tables up to date")
    .action(() => withContext(async () => console.log("the database is up to date")));
  program
    .command("config")
    .description("the configuration")
    .command("print")
    .description("the environment as read, secrets masked")
    .action(() => console.log(printableConfig(readEnv())));
  return program;
}

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const isBadInput = [ConfigError, InputError, PublishError, RecordTestError, ScoreError].some(
    (type) => error instanceof type,
  );
  return isBadInput ? 2 : 1;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = statusOf(error);
}
