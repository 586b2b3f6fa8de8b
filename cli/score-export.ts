import { type Command, Option } from "commander";
import { stringify } from "yaml";
import { exportHubSpot } from "../src/portability/export-hubspot.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import { draftOf, scoreNamed, versionNumber, versionOf } from "./score-version.ts";
import { InputError, type Session, withSession } from "./session.ts";

type ExportOptions = { readonly format: "scorekeeper" | "hubspot"; readonly version?: string };

/** The version asked for; without one the live version, or the draft of a score never published. */
async function chosenDefinition(session: Session, name: string, version: string | undefined) {
  const score = await scoreNamed(session, name);
  const number = version === undefined ? (score.liveVersion ?? score.nextVersion) : versionNumber(version);
  if (number !== null) return versionOf(session, score, number);
  const draft = await draftOf(session, score);
  if (draft === null) throw new InputError(`"${score.name}" has neither a version nor a draft`);
  return draft;
}

function printForHubSpot(definition: ScoreDefinition): void {
  const { bodies, report } = exportHubSpot(definition);
  for (const { path, message } of report) console.error(`${path}: ${message}`);
  if (bodies === null) throw new InputError(`HubSpot can say no rule of "${definition.name}"`);
  console.log(JSON.stringify(bodies, null, 2));
}

async function exportScore(session: Session, name: string, options: ExportOptions): Promise<void> {
  const definition = await chosenDefinition(session, name, options.version);
  if (options.format === "hubspot") printForHubSpot(definition);
  else process.stdout.write(stringify(definition, { lineWidth: 0 }));
}

/** Adds `score export` to the command line. */
export function addScoreExportCommand(score: Command): void {
  score
    .command("export <name>")
    .description("print a score as YAML, or as requests of HubSpot's Lead Scoring API")
    .addOption(
      new Option("--format <format>", "whose").choices(["scorekeeper", "hubspot"]).default("scorekeeper"),
    )
    .option("--version <number>", "a published version, not the live one")
    .action((name: string, options: ExportOptions, command: Command) =>
      withSession(command, (session) => exportScore(session, name, options)),
    );
}
