import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { type RecordLine, recordLine } from "./record-line.ts";

/** Yields the records of an `.ndjson` or `.ndjson.gz` file; a bad line throws, naming file, line and JSON path. */
export async function* readRecordFile(file: string): AsyncGenerator<RecordLine> {
  const raw = createReadStream(file);
  const input = file.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
  const failure = new Promise<never>((_, reject) => raw.once("error", reject));
  failure.catch(() => input.destroy());
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() !== "") yield parseLine(line, `${file}:${number}`);
  }
  if (raw.errored) throw raw.errored;
}

function parseLine(line: string, place: string): RecordLine {
  const parsed = recordLine.safeParse(parseJson(line, place));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${place}: ${issue?.path.join(".")}: ${issue?.message}`);
}

function parseJson(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${place}: not JSON`, { cause });
  }
}
