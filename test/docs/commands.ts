import { blocksOf, type Page } from "./documents.ts";

/** A command as a document shows it: its words without flags, and its flags. */
export type ShownCommand = {
  readonly page: string;
  readonly line: string;
  readonly words: readonly string[];
  readonly flags: readonly string[];
};

function readCommand(page: string, line: string): ShownCommand {
  const plain = line.replace(/\s#\s.*$/, "");
  const flags = [...plain.matchAll(/(?<=[\s[(|])--[a-z][a-z-]*/g)].map(([flag]) => flag);
  const words = plain.split(/\s+/).filter((word) => !word.startsWith("-"));
  return { page, line, words, flags };
}

/** Returns the lines of a page's fenced blocks that start with one of these programs; indented lines go on the one before. */
export function commandsOf(page: Page, programs: readonly string[]): ShownCommand[] {
  const lines = blocksOf(page)
    .filter(({ language }) => language === "" || language === "sh")
    .flatMap(({ text }) => text.replaceAll("\\\n", " ").replaceAll(/\n\s+/g, " ").split("\n"));
  return lines
    .map((line) => line.replace(/^\$ /, "").replace(/^(?:[A-Z_]+=\S+\s+)+/, ""))
    .flatMap((line) => line.split(/\s+&&\s+/))
    .filter((line) => programs.some((program) => line === program || line.startsWith(`${program} `)))
    .map((line) => readCommand(page.path, line));
}
