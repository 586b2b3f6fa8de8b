import { run as engine } from "./engine.ts";
import { run as rescore } from "./rescore.ts";
import { run as timeline } from "./timeline.ts";

/** Every benchmark by name. Each checks its outputs before it prints a figure. */
const BENCHMARKS: Readonly<Record<string, () => Promise<readonly object[]>>> = { engine, rescore, timeline };

const [name, ...flags] = process.argv.slice(2);
const benchmark = name === undefined ? undefined : BENCHMARKS[name];
if (!benchmark || flags.some((flag) => flag !== "--json")) {
  console.error(
    `usage: npm run bench -- NAME [--json], NAME being one of: ${Object.keys(BENCHMARKS).join(", ")}`,
  );
  process.exitCode = 2;
} else {
  const figures = await benchmark();
  if (flags.includes("--json"))
    for (const figure of figures) console.log(JSON.stringify({ benchmark: name, ...figure }));
}
