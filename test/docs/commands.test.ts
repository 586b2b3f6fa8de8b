import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { VARIABLES } from "../../config/variables.ts";
import { parseDefinition } from "../../src/scoring/definition.ts";
import { commandsOf, type ShownCommand } from "./commands.ts";
import { blocksOf, ROOT, readPage, readPages } from "./documents.ts";

const run = promisify(execFile);
const pages = readPages();
const scripts: { [name: string]: string } = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
).scripts;

const npmCommands = pages.flatMap((page) => commandsOf(page, ["npm"]));
const ownPrefixes = ["npm run -s scorekeeper --", "npx scorekeeper", "scorekeeper", "node cli/main.ts"];
const ownCommands = pages.flatMap((page) =>
  commandsOf(page, ownPrefixes).map((command) => {
    const prefix = ownPrefixes.find((text) => command.line.startsWith(text)) ?? "";
    const length = prefix.split(" ").filter((word) => !word.startsWith("-")).length;
    return { ...command, words: command.words.slice(length) };
  }),
);

/** The help texts of commands and subcommands, read once each. */
const helps = new Map<string, Promise<string>>();

async function readHelp(path: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ["cli/main.ts", ...path, "--help"], { cwd: ROOT });
  return stdout;
}

function helpOf(path: readonly string[]): Promise<string> {
  const key = path.join(" ");
  const help = helps.get(key) ?? readHelp(path);
  helps.set(key, help);
  return help;
}

function hasSubcommand(help: string, word: string): boolean {
  const [, list = ""] = help.split(/^Commands:$/m);
  return list.split("\n").some((line) => line.startsWith(`  ${word} `));
}

/** What of a command the command line does not know. */
async function faultsOf({ page, line, words, flags }: ShownCommand): Promise<string[]> {
  const path: string[] = [];
  let help = await helpOf([]);
  let known = help;
  for (const word of words) {
    if (!help.includes("Commands:")) break;
    if (!hasSubcommand(help, word)) return [`${page}: ${line}: no command ${[...path, word].join(" ")}`];
    path.push(word);
    help = await helpOf(path);
    known += help;
  }
  const unknown = flags.filter((flag) => !known.includes(`${flag} `));
  return unknown.map((flag) => `${page}: ${line}: no flag ${flag}`);
}

function npmFaults({ page, line, words, flags }: ShownCommand): string[] {
  const [, verb = "", name = ""] = words;
  const script = verb === "run" ? name : verb;
  if (["ci", "install", "exec"].includes(verb)) return [];
  const command = scripts[script];
  if (command === undefined) return [`${page}: ${line}: no script ${script}`];
  const file = /^node (\S+\.ts)/.exec(command)?.[1];
  const options = line.split(" -- ")[1];
  if (file === undefined || options === undefined || script === "scorekeeper") return [];
  const source = readFileSync(join(ROOT, file), "utf8");
  const unknown = flags.filter((flag) => !new RegExp(`\\b${flag.slice(2)}\\b`).test(source));
  return unknown.map((flag) => `${page}: ${line}: no option ${flag} in ${file}`);
}

test("npm commands in documents name scripts, and options that these take", () => {
  expect(npmCommands.length).toBeGreaterThan(5);
  expect(npmCommands.flatMap(npmFaults)).toEqual([]);
});

test("scorekeeper commands in documents name subcommands and flags that there are", async () => {
  expect(ownCommands.length).toBeGreaterThan(5);
  const faults = await Promise.all(ownCommands.map(faultsOf));
  expect(faults.flat()).toEqual([]);
}, 180_000);

test("the README begins with a name, a sentence and the commands", () => {
  const [title, , sentence, ...rest] = readPage("README.md").text.split("\n");
  expect(title).toBe("# Scorekeeper");
  expect(sentence).toMatch(/\.$/);
  const screen = rest.slice(0, 40).join("\n");
  for (const command of ["git clone", "npm run demo", "npm test"]) expect(screen).toContain(command);
});

test("variables that documents name are variables of the service", () => {
  const prefix = /`((?:HUBSPOT|DATABASE|REDIS|PUBLIC|METRICS|SECRET|CLOCK|LOG|DATA)_[A-Z_]+)(?:=[^`]*)?`/g;
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(prefix)].map(([, name = ""]) => ({ path, name })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ name }) => !(name in VARIABLES))).toEqual([]);
});

test("definitions shown in the README are valid", () => {
  const shown = blocksOf(readPage("README.md")).filter(({ language }) => language === "yaml");
  expect(shown.length).toBeGreaterThan(0);
  for (const { text } of shown) expect(parseDefinition(parse(text))).toMatchObject({ ok: true });
});
