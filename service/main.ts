import { parseArgs } from "node:util";
import { ConfigError, loadConfig, type Role } from "../config/config.ts";
import { readEnv } from "../config/env.ts";
import { refuseEvictingRedis } from "./redis-policy.ts";
import { startService } from "./run.ts";

const ROLES: readonly Role[] = ["all", "web", "worker"];
const EXIT_MS = 15_000;
const REST_MS = 200;

function readRole(): Role {
  const { values } = parseArgs({ options: { role: { type: "string", default: "all" } } });
  const role = ROLES.find((known) => known === values.role);
  if (!role) throw new ConfigError([`--role must be web or worker, not ${values.role}`]);
  return role;
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}

async function main(): Promise<void> {
  const [config, role] = [loadConfig(readEnv()), readRole()];
  await refuseEvictingRedis(config.redisUrl);
  const service = await startService(config, role);
  await untilSignal();
  service.context.log.info("stopping");
  setTimeout(() => process.exit(1), EXIT_MS).unref();
  await service[Symbol.asyncDispose]();
  // The client of a Redis that is gone leaves timers behind, which would keep the process from its end.
  setTimeout(() => process.exit(), REST_MS).unref();
}

try {
  await main();
} catch (error) {
  // Errors with a code of their own say what to do; anything else is worth its stack.
  console.error(
    error instanceof ConfigError || (error instanceof Error && "code" in error) ? error.message : error,
  );
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}
