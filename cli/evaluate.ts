import type { Readable, Writable } from "node:stream";
import type { Command } from "commander";
import { type CompiledScore, compileScore } from "../src/scoring/evaluate.ts";
import { readInstant } from "../src/scoring/instant.ts";
import { readDefinitionFile } from "./definition-file.ts";
import { evaluateLine } from "./evaluation-lines.ts";
import { createLineOutput, type LineOutput } from "./line-output.ts";
import { openRecords, readLines, UnreadableRecords } from "./record-lines.ts";
import { type RecordProgress, startProgress } from "./record-progress.ts";

/** What to evaluate; `records` is a file or `-`, `at` an ISO date-time, by default the present. */
export type EvaluateOptions = {
  readonly definition: readonly string[];
  readonly records: string;
  readonly at?: string;
  readonly timezone?: string;
  readonly explain?: boolean;
};

/** The streams of the process, or others in their place. */
export type Streams = { readonly stdin: Readable; readonly stdout: Writable; readonly stderr: Writable };

const BAD_INPUT = 2;

/** Evaluates the records of a file under definitions, a JSON line each, and returns the exit status: 0, or 2 for bad input. */
export async function evaluateFiles(options: EvaluateOptions, streams: Streams = process): Promise<number> {
  const complain = (text: string) => streams.stderr.write(`${text}\n`);
  const settings = readSettings(options);
  if (typeof settings === "string") {
    complain(settings);
    return BAD_INPUT;
  }
  const { scores, faults } = await loadScores(options.definition, settings.timeZone);
  for (const fault of faults) complain(fault);
  if (faults.length > 0) return BAD_INPUT;
  const output = createLineOutput(streams.stdout);
  const fault = await evaluateRecords({ ...settings, records: options.records, scores, streams, output });
  await output.flush();
  if (fault === null) return 0;
  complain(fault);
  return BAD_INPUT;
}

/** Adds `evaluate` to the command line. */
export function addEvaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .description("evaluate the records of a file under score definitions, one JSON line each")
    .option("--definition <file...>", "score definitions, YAML or JSON", [])
    .option("--records <file>", "newline-delimited JSON records, also packed (.gz); - for standard input", "")
    .option("--at <iso>", "the instant to evaluate at (default: now)")
    .option("--timezone <zone>", "the account's time zone", "UTC")
    .option("--explain", "also tell how the points came about")
    .action(async (options: EvaluateOptions) => {
      process.exitCode = await evaluateFiles(options);
    });
}

type Settings = { readonly at: number; readonly timeZone: string; readonly explain: boolean };

function readSettings({
  definition,
  records,
  at,
  timezone = "UTC",
  explain = false,
}: EvaluateOptions): Settings | string {
  if (definition.length === 0) return "--definition FILE is required";
  if (records === "") return "--records FILE is required";
  const instant = at === undefined ? Date.now() : readInstant(at);
  if (instant === null) return `--at ${at}: must be an ISO date or date-time`;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: timezone });
  } catch {
    return `--timezone ${timezone}: no such time zone`;
  }
  return { at: instant, timeZone: timezone, explain };
}

async function loadScores(paths: readonly string[], timeZone: string) {
  const scores: CompiledScore[] = [];
  const faults: string[] = [];
  for (const path of paths) {
    const file = await readDefinitionFile(path);
    if (file.ok) scores.push(compileScore(file.definition, { timeZone }));
    else faults.push(...file.faults);
  }
  return { scores, faults };
}

type Run = Settings & {
  readonly records: string;
  readonly scores: readonly CompiledScore[];
  readonly streams: Streams;
  readonly output: LineOutput;
};

/** Returns the fault that ended the run, or `null`. */
async function evaluateRecords(run: Run): Promise<string | null> {
  const place = { file: run.records === "-" ? "<stdin>" : run.records, line: 0 };
  const progress = startProgress(run.streams.stderr);
  try {
    return await evaluateLines(run, place, progress);
  } catch (error) {
    if (!(error instanceof UnreadableRecords)) throw error;
    return `${place.file}:${place.line + 1}: cannot be read: ${error.message}`;
  } finally {
    progress.end();
  }
}

async function evaluateLines(
  run: Run,
  place: { readonly file: string; line: number },
  progress: RecordProgress,
): Promise<string | null> {
  const { output } = run;
  for await (const text of readLines(openRecords(run.records, run.streams.stdin))) {
    place.line += 1;
    const fault = evaluateLine(text, run, output);
    if (fault !== null) return `${place.file}:${place.line}: ${fault}`;
    if (output.isFull()) await output.flush();
    if (output.isClosed()) return null;
    progress.show(place.line);
  }
  return null;
}
