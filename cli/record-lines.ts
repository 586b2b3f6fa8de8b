import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";

const LONGEST_LINE = 64 * 1024 * 1024;

/** Returns the bytes of a file, unpacked where its name ends in `.gz`, or of `stdin` for the name `-`. */
export function openRecords(path: string, stdin: Readable): Readable {
  if (path === "-") return stdin;
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!path.endsWith(".gz")) return file;
  return pipeline(file, createGunzip(), () => {});
}

/** A file that is not there, is damaged, or has a line too long to hold. */
export class UnreadableRecords extends Error {}

/** Yields the lines of a UTF-8 stream, in constant memory; throws UnreadableRecords. */
export async function* readLines(source: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of readable(source)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE)
      throw new UnreadableRecords(`a line has more than ${LONGEST_LINE} characters`);
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

async function* readable(source: Readable): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (error) {
    throw new UnreadableRecords(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
