import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { PortalScores } from "../src/scores/score-catalogue.ts";
import type { EmulatedPortal } from "./emulated-portal.ts";

const PAGE = 5_000;
const page = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.record(z.string(), z.string().nullable()) })),
  next: z.union([z.string(), z.number()]).nullish(),
});

async function* terminated(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function* writtenRows(emulated: EmulatedPortal, scores: PortalScores): AsyncIterable<string> {
  for (const [object, names] of scores.written) {
    let after: string | number | null | undefined = "";
    while (after !== undefined && after !== null) {
      const query: string = `/__records?object=${object}&limit=${PAGE}&after=${after}`;
      const { results, next } = page.parse(await emulated.json(query));
      for (const { id, properties } of results) {
        const values = Object.entries(properties).filter(
          ([name, value]) => names.has(name) && value !== null && value !== "",
        );
        if (values.length > 0) yield JSON.stringify({ object, id, ...Object.fromEntries(values) });
      }
      after = next;
    }
  }
}

/** Writes `records.ndjson`, every record as the portal holds it, and `values.ndjson`, what was written back to it. */
export async function dumpPortal(
  folder: string,
  emulated: EmulatedPortal,
  scores: PortalScores,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, lines: AsyncIterable<string>): Promise<void> =>
    pipeline(Readable.from(terminated(lines)), createWriteStream(join(folder, name)));
  await write("records.ndjson", emulated.lines("/__dump"));
  await write("values.ndjson", writtenRows(emulated, scores));
}
