import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** A page of the project's documents; `path` is relative to the repository. */
export type Page = { readonly path: string; readonly text: string };

/** Returns one page. */
export function readPage(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), "utf8") };
}

/** Returns every page at the repository's top and in `docs/`. */
export function readPages(): Page[] {
  const pagesIn = (folder: string) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => readPage(join(folder, name)));
  return [...pagesIn(""), ...pagesIn("docs")];
}

/** A fenced block: what it says after the opening fence, and its lines. */
export type Block = { readonly language: string; readonly text: string };

/** Returns the fenced blocks of a page. */
export function blocksOf({ text }: Page): Block[] {
  const fences = text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, language = "", block = ""]) => ({ language, text: block }));
}

/** Returns a page's text without fenced blocks and inline code. */
export function proseOf({ text }: Page): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
}

/** Returns the first cells of the rows of every table whose header starts with this word, without backticks. */
export function firstCells({ text }: Page, header: string): string[] {
  const tables = text.split(/\n(?!\|)/).filter((part) => part.trimStart().startsWith(`| ${header} `));
  return tables.flatMap((table) =>
    table
      .trim()
      .split("\n")
      .slice(2)
      .map((row) => (row.split("|")[1] ?? "").replaceAll("`", "").trim()),
  );
}
