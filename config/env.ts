import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";

export type Env = Readonly<Record<string, string | undefined>>;

/** The process's environment, after `.env` in the working directory (if any) filled in what was not set. */
export function readEnv(): Env {
  if (existsSync(".env")) loadEnvFile(".env");
  return process.env;
}
