import { randomBytes } from "node:crypto";
import type { Env } from "../config/env.ts";
import { VARIABLES } from "../config/variables.ts";
import { InputError } from "./session.ts";

/** Values to put into `.env`, by variable. */
export type EnvValues = { readonly [name: string]: string };

/** What becomes of `.env`: its text, and the names of variables that are added or get another value. */
export type EnvChange = { readonly text: string; readonly added: string[]; readonly replaced: string[] };

/**
 * Returns the value as `.env` holds it.
 * @throws InputError for a value that no line can hold.
 */
function written(name: string, value: string): string {
  if (/[\r\n]/.test(value) || (value.includes("'") && value.includes('"')))
    throw new InputError(`${name} holds a line break or both kinds of quotes: .env cannot hold it`);
  if (!/[\s#'"`]/.test(value)) return `${name}=${value}`;
  return value.includes("'") ? `${name}="${value}"` : `${name}='${value}'`;
}

function lineOf(name: string): RegExp {
  return new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, "m");
}

/** Returns `.env` with these values; every other line stays as it is. */
export function mergeEnv(text: string, values: EnvValues): EnvChange {
  const added: string[] = [];
  const replaced: string[] = [];
  let merged = text;
  for (const [name, value] of Object.entries(values)) {
    const line = written(name, value);
    const before = lineOf(name).exec(merged)?.[0];
    if (before === line) continue;
    if (before === undefined) {
      added.push(name);
      merged += `${merged === "" || merged.endsWith("\n") ? "" : "\n"}${line}\n`;
    } else {
      replaced.push(name);
      merged = merged.replace(lineOf(name), () => line);
    }
  }
  return { text: merged, added, replaced };
}

/**
 * Returns the given values with a new SECRET_KEY where there is none yet.
 * @throws InputError naming every value that the service would refuse.
 */
export function completeValues(given: EnvValues, env: Env): EnvValues {
  const faults = Object.entries(given).flatMap(([name, value]) => {
    const schema = Object.entries(VARIABLES).find(([known]) => known === name)?.[1].schema;
    const issues = schema?.safeParse(value).error?.issues ?? [];
    return issues.map((issue) => `${name} ${issue.message}`);
  });
  if (faults.length > 0) throw new InputError(faults.join("\n"));
  if (env["SECRET_KEY"]) return given;
  return { ...given, SECRET_KEY: randomBytes(32).toString("base64") };
}
