import { readFile } from "node:fs/promises";
import { parseExactJson } from "../src/hubspot/exact-json.ts";
import { InputError } from "./session.ts";

const LARGEST_BATCH = 100;

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    throw new InputError(`${path}: cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function parseWhole(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

function parseLines(path: string, text: string): unknown[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [parseExactJson(line)];
    } catch {
      throw new InputError(`${path}:${index + 1}: is no JSON: give an array of events, or one event a line`);
    }
  });
}

function portalOf(event: unknown): string | undefined {
  if (typeof event !== "object" || event === null || !Object.hasOwn(event, "portalId")) return undefined;
  return String(Reflect.get(event, "portalId"));
}

/**
 * Returns the deliveries that a file of events makes, at most 100 events each: a JSON array of events, or one event a
 * line.
 * @throws InputError for a file that cannot be read, holds no events, or events of another portal.
 */
export async function readEventFile(path: string, portal: string): Promise<Buffer[]> {
  const text = await readText(path);
  const whole = parseWhole(text);
  const events = Array.isArray(whole) ? whole : parseLines(path, text);
  if (events.length === 0) throw new InputError(`${path}: holds no events`);
  for (const [index, event] of events.entries()) {
    const named = portalOf(event);
    if (named !== undefined && named !== portal)
      throw new InputError(`${path}: event ${index + 1} is of portal ${named}, not ${portal}: see --portal`);
  }
  const bodies: Buffer[] = [];
  for (let start = 0; start < events.length; start += LARGEST_BATCH)
    bodies.push(Buffer.from(JSON.stringify(events.slice(start, start + LARGEST_BATCH))));
  return bodies;
}
