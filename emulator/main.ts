import { parseArgs } from "node:util";
import { parseInstant } from "./instant.ts";
import { startEmulator } from "./start-emulator.ts";

const text = { type: "string" } as const;
const options = {
  port: text,
  data: text,
  seed: text,
  contacts: text,
  "portal-id": text,
  token: text,
  burst: text,
  clock: text,
  "time-zone": text,
};
const values = readOptions();

function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(messageOf(error));
  }
}

function wholeNumber(name: "port" | "seed" | "contacts" | "portal-id" | "burst"): number | undefined {
  const given = values[name];
  if (given === undefined) return undefined;
  const number = Number(given);
  if (!Number.isInteger(number) || number < 0) fail(`--${name} takes a whole number, not ${given}`);
  return number;
}

function instant(given: string | undefined): number | undefined {
  const parsed = given === undefined ? undefined : parseInstant(given);
  if (given !== undefined && parsed === undefined) fail(`--clock takes an ISO date and time, not ${given}`);
  return parsed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

const emulator = await startEmulator({
  port: wholeNumber("port") ?? 4010,
  data: values.data,
  seed: wholeNumber("seed"),
  contacts: wholeNumber("contacts"),
  portalId: wholeNumber("portal-id"),
  token: values.token,
  burst: wholeNumber("burst"),
  clock: instant(values.clock),
  timeZone: values["time-zone"],
}).catch((error: unknown) => fail(messageOf(error)));

console.log(`HubSpot portal ${emulator.portalId} at ${emulator.url} (token ${emulator.token})`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void emulator[Symbol.asyncDispose]().then(() => process.exit(0)));
}
