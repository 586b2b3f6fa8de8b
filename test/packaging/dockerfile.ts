import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const ROOT = join(import.meta.dirname, "../..");

/** One line of a Dockerfile, its continuation lines joined; flags (`--name=value`) apart from the rest. */
export type Instruction = {
  readonly keyword: string;
  readonly flags: { readonly [name: string]: string };
  readonly text: string;
};

/** What stands between two FROM lines; `base` is an image or an earlier stage. */
export type Stage = {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
};

function readInstruction(line: string): Instruction {
  const [, keyword = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
  const flags = /^(?:--\S+\s+)*/.exec(rest)?.[0] ?? "";
  const entries = [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name, value]) => [name, value]);
  return { keyword, flags: Object.fromEntries(entries), text: rest.slice(flags.length).trim() };
}

/** Reads the stages of a Dockerfile, in order. */
export function readDockerfile(path = join(ROOT, "Dockerfile")): Stage[] {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const instruction of lines.map(readInstruction)) {
    if (instruction.keyword === "FROM") {
      const [base = "", , name = ""] = instruction.text.split(/\s+/);
      stages.push({ name, base, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** Returns the texts of one kind of line of a stage. */
export function textsOf(stage: Stage | undefined, keyword: string): string[] {
  return (stage?.instructions ?? []).filter((line) => line.keyword === keyword).map(({ text }) => text);
}

/** Returns the words of a line in the form of a JSON array. */
export function commandOf(text: string): string[] {
  return JSON.parse(text.slice(text.indexOf("[")));
}

/** Returns what a COPY line takes from where to where. */
export function readCopy({ flags, text }: Instruction) {
  const words = text.split(/\s+/);
  return { from: flags["from"], sources: words.slice(0, -1), target: words.at(-1) ?? "" };
}

/** The environment without what an enclosing `npm run` adds to it, looking into npm's cache first. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_"));
  const { npm_config_cache, npm_config_registry, npm_config_userconfig } = process.env;
  const npm = { npm_config_cache, npm_config_registry, npm_config_userconfig };
  return { ...Object.fromEntries(kept), ...npm, npm_config_prefer_offline: "true" };
}

async function copy(line: Instruction, folders: ReadonlyMap<string, string>, folder: string): Promise<void> {
  const { from, sources, target } = readCopy(line);
  for (const source of sources) {
    const path = from === undefined ? join(ROOT, source) : join(folders.get(from) ?? "", source);
    const into = join(folder, target);
    await cp(path, target.endsWith("/") ? join(into, basename(source)) : into, { recursive: true });
  }
}

/** Does what a build does, each stage in a folder of its own below `place`; returns the last stage's working folder. */
export async function buildIn(place: string, stages: readonly Stage[]): Promise<string> {
  const folders = new Map<string, string>();
  let workFolder = "";
  for (const [index, stage] of stages.entries()) {
    const root = join(place, `${index}`);
    folders.set(stage.name, root);
    for (const line of stage.instructions) {
      if (line.keyword === "WORKDIR") {
        workFolder = join(root, line.text);
        await mkdir(workFolder, { recursive: true });
      }
      if (line.keyword === "COPY") await copy(line, folders, workFolder);
      if (line.keyword === "RUN")
        await run("sh", ["-c", line.text], { cwd: workFolder, env: plainEnvironment() });
    }
  }
  return workFolder;
}
