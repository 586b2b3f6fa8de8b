import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { readDefinitionFile } from "../cli/definition-file.ts";
import { ConfigError } from "../config/config.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";

const EXAMPLES = join(import.meta.dirname, "../examples");
/** The example over call-centre leads finds nothing to score in the generated portal. */
const FOR_OTHER_DATA = /^bank-/;
const DEFINITION_FILE = /\.(ya?ml|json)$/;

/** One measured round keeps to contacts, so that its calls can be counted against its changed records. */
const FOR_LIVE_TRAFFIC = /^company-/;

async function filesOf(folder: string | undefined, once: boolean): Promise<string[]> {
  if (folder === undefined) {
    const names = (await readdir(EXAMPLES)).filter(
      (name) =>
        DEFINITION_FILE.test(name) && !FOR_OTHER_DATA.test(name) && !(once && FOR_LIVE_TRAFFIC.test(name)),
    );
    return names.sort().map((name) => join(EXAMPLES, name));
  }
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new ConfigError([`--definitions: there is no ${folder}`]);
  if (found.isFile()) return [folder];
  const names = (await readdir(folder)).filter((name) => DEFINITION_FILE.test(name)).sort();
  if (names.length === 0)
    throw new ConfigError([`--definitions: ${folder} holds no .yaml, .yml or .json file`]);
  return names.map((name) => join(folder, name));
}

/**
 * The definitions of a folder (or one file), or the examples for the generated portal.
 * @throws ConfigError naming every fault with its file, line and path.
 */
export async function readDefinitions(folder: string | undefined, once: boolean): Promise<ScoreDefinition[]> {
  const read = await Promise.all((await filesOf(folder, once)).map((file) => readDefinitionFile(file)));
  const faults = read.flatMap((result) => (result.ok ? [] : result.faults));
  if (faults.length > 0) throw new ConfigError(faults);
  return read.flatMap((result) => (result.ok ? [result.definition] : []));
}
