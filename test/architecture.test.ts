import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

/** What each room may import, besides itself and packages. A room is the longest listed path that holds a file. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "src/scoring": [],
  "src/portability": ["src/scoring"],
  config: [],
  "src/hubspot": ["config", "src/scoring"],
  "src/store": ["config", "src/scoring"],
  "src/queue": ["config"],
  "src/scores": ["config", "src/scoring", "src/hubspot", "src/store", "src/queue"],
  "src/portals": ["config", "src/scoring", "src/hubspot", "src/store", "src/queue", "src/scores"],
  "src/ingestion": ["config", "src/scoring", "src/hubspot", "src/store", "src/queue", "src/scores"],
  "src/actions": ["config", "src/scoring", "src/hubspot", "src/store", "src/queue", "src/scores"],
  "src/api": ["config", "src/scoring", "src/hubspot", "src/store", "src/queue", "src/scores"],
  "src/card": ["config", "src/scoring", "src/hubspot", "src/store", "src/queue", "src/scores"],
  src: ["config", "src/scoring", "src/hubspot", "src/store", "src/queue", "src/scores", "src/portals"],
  webhooks: [
    "src",
    "src/actions",
    "src/api",
    "src/card",
    "config",
    "src/scoring",
    "src/hubspot",
    "src/store",
    "src/queue",
    "src/scores",
    "src/portals",
  ],
  workers: [
    "src",
    "src/actions",
    "config",
    "src/scoring",
    "src/hubspot",
    "src/store",
    "src/queue",
    "src/scores",
    "src/portals",
    "src/ingestion",
  ],
  cli: [
    "src",
    "config",
    "src/scoring",
    "src/portability",
    "src/hubspot",
    "src/store",
    "src/queue",
    "src/scores",
    "src/portals",
    "src/ingestion",
  ],
  emulator: ["src/scoring"],
  service: [
    "src",
    "config",
    "webhooks",
    "workers",
    "src/scoring",
    "src/hubspot",
    "src/store",
    "src/queue",
    "src/scores",
    "src/portals",
  ],
  demo: [
    "src",
    "config",
    "cli",
    "emulator",
    "service",
    "src/scoring",
    "src/hubspot",
    "src/store",
    "src/queue",
    "src/scores",
    "src/portals",
  ],
};

/** Packages that only these rooms may use. */
const ONLY_IN: Record<string, readonly string[]> = {
  "@hubspot/api-client": ["src/hubspot"],
  bullmq: ["src/queue"],
  ioredis: ["src/queue"],
  pg: ["src/store", "src/queue"],
};

const IMPORT = /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

function roomOf(file: string): string {
  const rooms = Object.keys(MAY_IMPORT).filter((room) => file.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0] ?? file;
}

const files = ["src", "config", "webhooks", "workers", "cli", "emulator", "service", "demo"].flatMap(filesIn);
const imports = files.flatMap((file) =>
  [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].map((match) => {
    const target = match[1] ?? match[2] ?? "";
    const resolved = target.startsWith(".") ? normalize(join(dirname(file), target)) : undefined;
    return { file, target, resolved };
  }),
);

test("the check sees the code", () => {
  expect(files.length).toBeGreaterThan(60);
  expect(imports.length).toBeGreaterThan(200);
});

test("rooms import downwards only", () => {
  const wrong = imports.filter(({ file, resolved }) => {
    if (!resolved) return false;
    const [from, to] = [roomOf(file), roomOf(resolved)];
    return from !== to && !MAY_IMPORT[from]?.includes(to);
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("packages stay in their rooms", () => {
  const wrong = imports.filter(({ file, target }) => {
    const rooms = ONLY_IN[target];
    return rooms !== undefined && !rooms.includes(roomOf(file));
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("the scoring core is pure", () => {
  const core = imports.filter(({ file }) => roomOf(file) === "src/scoring");
  const outside = core.filter(({ resolved, target }) =>
    resolved ? roomOf(resolved) !== "src/scoring" : target !== "zod",
  );
  expect(outside.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  const impure = files
    .filter((file) => roomOf(file) === "src/scoring")
    .filter((file) =>
      /\b(Date\.now|Math\.random|process\.|performance\.|new Function|eval\()/.test(
        readFileSync(join(ROOT, file), "utf8"),
      ),
    );
  expect(impure).toEqual([]);
});

test("no import cycles between files", () => {
  const edges = new Map<string, string[]>();
  for (const { file, resolved } of imports)
    if (resolved) edges.set(file, [...(edges.get(file) ?? []), resolved]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file))
      cycles.push([...path.slice(path.indexOf(file)), file].map((f) => relative("", f)).join(" → "));
    if (done.has(file) || path.includes(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});
