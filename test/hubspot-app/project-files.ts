import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Profile } from "../../cli/setup-profile.ts";

export const PROJECT = join(import.meta.dirname, "../../hubspot-app");
export const SOURCE = join(PROJECT, "src");

/** A file of the project; `path` is relative to its source folder. */
export type SourceFile = { readonly path: string; readonly text: string };

/** Returns the files under the project's source folder whose names end so. */
export function filesEnding(...ends: readonly string[]): SourceFile[] {
  return readdirSync(SOURCE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.some((end) => entry.name.endsWith(end)))
    .filter((entry) => !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(SOURCE, path), text: readFileSync(path, "utf8") }));
}

const INSERT = /\$\{(.*?)\}/g;

/** Returns the names of the variables that a text inserts. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(INSERT)].map(([, name = ""]) => name);
}

/** Returns a JSON text's value with a profile's variables inserted, as HubSpot's tools insert them on upload. */
export function withVariables(text: string, { variables }: Profile): unknown {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === "string"
      ? value.replace(INSERT, (whole, name: string) => String(variables[name] ?? whole))
      : value,
  );
}
