import { parseArgs } from "node:util";
import { run as due } from "./due.ts";
import { run as engine } from "./engine.ts";
import { run as freshness } from "./freshness.ts";
import { run as islands } from "./islands.ts";
import { run as memory } from "./memory.ts";
import { run as rescore } from "./rescore.ts";
import { run as timeline } from "./timeline.ts";
import { run as writeback } from "./writeback.ts";

type Sizes = { readonly [name: string]: number };

/** Every benchmark by name, given the sizes asked for. Each checks its outputs before it prints a figure. */
const BENCHMARKS: Readonly<Record<string, (sizes: Sizes) => Promise<readonly object[]>>> = {
  due,
  engine: () => engine(),
  freshness,
  islands,
  memory,
  rescore: () => rescore(),
  timeline: () => timeline(),
  writeback,
};

const text = { type: "string" } as const;
const OPTIONS = { contacts: text, rounds: text, kills: text, seconds: text, burst: text } as const;
const SIZES = ["contacts", "rounds", "kills", "seconds", "burst"] as const;
const USAGE = `usage: npm run bench -- NAME [--json] [${SIZES.map((size) => `--${size} N`).join("] [")}], NAME being one of: ${Object.keys(BENCHMARKS).join(", ")}`;

function readArguments() {
  try {
    const { positionals, values } = parseArgs({
      ...{ allowPositionals: true, options: { ...OPTIONS, json: { type: "boolean" } } },
    });
    const given = SIZES.flatMap((size) =>
      values[size] === undefined ? [] : [[size, Number(values[size])] as const],
    );
    if (given.some(([, number]) => !Number.isInteger(number) || number < 0)) return undefined;
    return { name: positionals[0] ?? "", sizes: Object.fromEntries(given), json: values["json"] === true };
  } catch {
    return undefined;
  }
}

const given = readArguments();
const benchmark = BENCHMARKS[given?.name ?? ""];
if (!given || !benchmark) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const figures = await benchmark(given.sizes);
  if (given.json)
    for (const figure of figures) console.log(JSON.stringify({ benchmark: given.name, ...figure }));
}
