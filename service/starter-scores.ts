import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigError } from "../config/config.ts";
import { parseDefinition, type ScoreDefinition } from "../src/scoring/definition.ts";

const DEFINITION_FILE = /\.(ya?ml|json)$/;

type Read = { readonly definition?: ScoreDefinition; readonly faults: readonly string[] };

async function readOne(path: string): Promise<Read> {
  try {
    const parsed = parseDefinition(parse(await readFile(path, "utf8")));
    if (parsed.ok) return { definition: parsed.definition, faults: [] };
    return { faults: parsed.faults.map((fault) => `${path}: ${fault.path}: ${fault.message}`) };
  } catch (error) {
    return { faults: [`${path}: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

/**
 * The definitions in the folder that INSTALL_SCORES names, by file name; none where it names none.
 * @throws ConfigError naming every fault with its file.
 */
export async function readStarterScores(folder: string | undefined): Promise<ScoreDefinition[]> {
  if (folder === undefined) return [];
  const names = await readdir(folder).catch(() => {
    throw new ConfigError([`INSTALL_SCORES names no folder: ${folder}`]);
  });
  const files = names.filter((name) => DEFINITION_FILE.test(name)).sort();
  const read = await Promise.all(files.map((name) => readOne(join(folder, name))));
  const faults = read.flatMap((one) => one.faults.map((fault) => `INSTALL_SCORES: ${fault}`));
  if (faults.length > 0) throw new ConfigError(faults);
  return read.flatMap(({ definition }) => definition ?? []);
}
