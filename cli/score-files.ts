import { foreignFormatOf, importForeign } from "../src/portability/import-document.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import { type DefinitionFile, definitionIn, locateRemarks, readDocumentFile } from "./definition-file.ts";
import { InputError } from "./session.ts";

/**
 * Returns the definitions in files of any known format, and prints on standard error what a foreign one could not
 * carry over; throws an InputError that tells the faults of all files at once.
 */
export async function readScoreFiles(files: readonly string[]): Promise<ScoreDefinition[]> {
  const read = await Promise.all(files.map((file) => readScoreFile(file)));
  for (const remark of read.flatMap(({ remarks }) => remarks)) console.error(remark);
  const faults = read.flatMap(({ result }) => (result.ok ? [] : result.faults));
  if (faults.length > 0) throw new InputError(faults.join("\n"));
  return read.flatMap(({ result }) => (result.ok ? [result.definition] : []));
}

type ScoreFile = { readonly result: DefinitionFile; readonly remarks: readonly string[] };

async function readScoreFile(path: string): Promise<ScoreFile> {
  const document = await readDocumentFile(path);
  if (!document.ok) return { result: document, remarks: [] };
  const format = foreignFormatOf(document.value);
  if (format === null) return { result: definitionIn(document), remarks: [] };
  const { definition, report, root } = importForeign(document.value, format);
  const placed = report.map((entry) => ({
    ...entry,
    path: [root, entry.path].filter((part) => part !== "").join("."),
  }));
  const remarks = locateRemarks(document, placed);
  if (definition !== null) return { result: { ok: true, definition }, remarks };
  return { result: { ok: false, faults: [`${path}: no score can be made of it`] }, remarks };
}
