import { readFile, stat } from "node:fs/promises";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { type Fault, parseDefinition, type ScoreDefinition } from "../src/scoring/definition.ts";
import { MOST_BYTES } from "../src/scoring/document-size.ts";
import { parsePath } from "../src/scoring/faults.ts";

/** A definition read from a file, or what is wrong with the file: one text a fault, `FILE:LINE: PATH: MESSAGE`. */
export type DefinitionFile =
  | { readonly ok: true; readonly definition: ScoreDefinition }
  | { readonly ok: false; readonly faults: readonly string[] };

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly line: number; readonly message: string };

/** A JSON or YAML document read from a file, or what is wrong with the file. */
export type DocumentFile =
  | { readonly ok: true; readonly path: string; readonly text: string; readonly value: unknown }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Returns the definition in a JSON (`.json`) or YAML file, or its faults; never throws for what a file may hold. */
export async function readDefinitionFile(path: string): Promise<DefinitionFile> {
  const document = await readDocumentFile(path);
  return document.ok ? definitionIn(document) : document;
}

/** Returns the document in a JSON (`.json`) or YAML file, or its faults; never throws for what a file may hold. */
export async function readDocumentFile(path: string): Promise<DocumentFile> {
  const text = await readSmallFile(path);
  if (!text.ok) return { ok: false, faults: [`${path}:${text.at} ${text.message}`] };
  const parsed = path.endsWith(".json") ? parseJson(text.value) : parseYaml(text.value);
  if (!parsed.ok) return { ok: false, faults: [`${path}:${parsed.line}: $: ${parsed.message}`] };
  return { ok: true, path, text: text.value, value: parsed.value };
}

/** Returns the definition that a file's document is, or its faults with their lines. */
export function definitionIn(document: Extract<DocumentFile, { ok: true }>): DefinitionFile {
  const result = parseDefinition(document.value);
  if (result.ok) return result;
  return { ok: false, faults: locateFaults(document.path, document.text, result.faults) };
}

/** Returns remarks about paths of a file's document as texts: `FILE:LINE: PATH: MESSAGE`. */
export function locateRemarks(
  { path, text }: Extract<DocumentFile, { ok: true }>,
  remarks: readonly Fault[],
): string[] {
  return locateFaults(path, text, remarks);
}

async function readSmallFile(path: string) {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES)
      return { ok: false, at: "1: $:", message: `must have at most ${MOST_BYTES} bytes` } as const;
    return { ok: true, value: await readFile(path, "utf8") } as const;
  } catch (error) {
    return { ok: false, at: "", message: reasonOf(error) } as const;
  }
}

function parseJson(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    const repeated = repeatedKey(text);
    return repeated ?? { ok: true, value };
  } catch (error) {
    const message = reasonOf(error);
    const line = Number(/\(line (\d+) /.exec(message)?.[1] ?? text.split("\n").length);
    return { ok: false, line, message: `is not JSON: ${message}` };
  }
}

/** JSON.parse keeps the last of two equal keys without a word; the YAML parser tells of them. */
function repeatedKey(text: string): Parsed | undefined {
  const found = outline(text, new LineCounter())?.errors.find((error) => error.code === "DUPLICATE_KEY");
  return found && { ok: false, line: found.linePos?.[0].line ?? 1, message: "has a key twice in one object" };
}

function parseYaml(text: string): Parsed {
  try {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error === undefined) return { ok: true, value: document.toJS() };
    const [message = ""] = error.message.split("\n");
    return { ok: false, line: error.linePos?.[0].line ?? 1, message: `is not YAML: ${plain(message)}` };
  } catch (error) {
    return { ok: false, line: 1, message: `is not YAML: ${plain(reasonOf(error))}` };
  }
}

/** The parser calls itself for each level, and reports a document too deep for that by the stack. */
function plain(message: string): string {
  return message.includes("call stack") ? "is nested too deeply" : message;
}

function locateFaults(file: string, text: string, faults: readonly Fault[]): string[] {
  const lines = new LineCounter();
  const document = outline(text, lines);
  return faults.map(({ path, message }) => {
    const offset = document === null ? 0 : offsetOf(document, parsePath(path));
    return `${file}:${lines.linePos(offset).line || 1}: ${path === "" ? "$" : path}: ${message}`;
  });
}

/** JSON is read as YAML here too: only for where its parts stand. */
function outline(text: string, lineCounter: LineCounter): Document | null {
  try {
    return parseDocument(text, { lineCounter });
  } catch {
    return null;
  }
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return "no such file";
  return error instanceof Error ? error.message : String(error);
}
