import { parseArgs } from "node:util";
import { ConfigError } from "../config/config.ts";
import { type DemoOptions, runDemo } from "./run-demo.ts";

function readOptions(): DemoOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { data: text, definitions: text, dump: text, once: { type: "boolean", default: false } },
  });
  const { data, definitions, dump, once } = values;
  if (dump !== undefined && !once) throw new ConfigError(["--dump goes with --once"]);
  return { data, definitions, dump, once };
}

try {
  await runDemo(readOptions());
} catch (error) {
  const isInput = error instanceof ConfigError || (error instanceof TypeError && "code" in error);
  console.error(isInput ? error.message : error);
  process.exitCode = isInput ? 2 : 1;
}
