import { parseArgs } from "node:util";
import { parseInstant } from "./instant.ts";
import { TIERS, type Tier } from "./portal/tier.ts";
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
  tier: text,
  portal: { type: "string", multiple: true },
  "client-id": text,
  "client-secret": text,
  "install-url": text,
} as const;
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

function tierNamed(given: string | undefined): Tier | undefined {
  const tier = TIERS.find((known) => known === given);
  if (given !== undefined && !tier) fail(`an edition is one of ${TIERS.join(", ")}, not ${given}`);
  return tier;
}

/** A further portal, as in `102:free`. */
function portalNamed(given: string) {
  const [, id, tier] = /^(\d+)(?::(\w+))?$/.exec(given) ?? [];
  if (id === undefined) fail(`--portal takes an id and an edition, as in 102:free, not ${given}`);
  return {
    portalId: Number(id),
    tier: tierNamed(tier),
    data: values.data,
    contacts: wholeNumber("contacts"),
    seed: Number(id),
  };
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
  tier: tierNamed(values.tier),
  portals: values.portal?.map(portalNamed),
  app: {
    ...(values["client-id"] !== undefined && { clientId: values["client-id"] }),
    ...(values["client-secret"] !== undefined && { clientSecret: values["client-secret"] }),
    ...(values["install-url"] !== undefined && { installUrl: values["install-url"] }),
  },
}).catch((error: unknown) => fail(messageOf(error)));

for (const { portal, tokens } of emulator.sites.all)
  console.log(`HubSpot portal ${portal.id} at ${emulator.url} (token ${tokens.staticToken})`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void emulator[Symbol.asyncDispose]().then(() => process.exit(0)));
}
