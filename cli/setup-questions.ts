import { createInterface } from "node:readline/promises";
import type { Env } from "../config/env.ts";
import { VARIABLES } from "../config/variables.ts";
import type { EnvValues } from "./setup-env.ts";

const ASKED = ["PUBLIC_URL", "HUBSPOT_APP_ID", "HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET"] as const;

/** Asks the person at the terminal for what is not set yet; an empty answer leaves a variable unset. */
export async function askForValues(env: Env): Promise<EnvValues> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const values: Record<string, string> = {};
  try {
    for (const name of ASKED) {
      if (env[name]) continue;
      const answer = (await prompt.question(`${name} (${VARIABLES[name].about}): `)).trim();
      if (answer !== "") values[name] = answer;
    }
  } finally {
    prompt.close();
  }
  return values;
}
