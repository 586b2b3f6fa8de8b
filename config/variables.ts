import { z } from "zod";
import { parseSentinelAddress } from "./redis-address.ts";

const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
const digits = z.string().regex(/^\d+$/, "must be digits only");

const plainRedisUrl = z.url({ protocol: /^rediss?$/ });

const redisUrl = z
  .string()
  .refine(
    (text) => plainRedisUrl.safeParse(text).success || parseSentinelAddress(text) !== undefined,
    "must be a redis:// or rediss:// URL, or redis+sentinel://host:port,host:port/master-name",
  );

/** Values separated by commas, the first one in use, the others still accepted while rotating. */
const several = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  )
  .refine((parts) => parts.length > 0, "must hold at least one value");

const secretKeys = several.refine(
  (keys) => keys.every((key) => /^[A-Za-z0-9+/]{43}=$/.test(key)),
  "must be 32 bytes in base64 (`openssl rand -base64 32`)",
);

type Variable = { readonly schema: z.ZodType; readonly example: string; readonly about: string };

/** Every variable that the service reads, in the order of `.env.example`. */
export const VARIABLES = {
  PORT: {
    schema: z.coerce
      .number({ error: "must be a number" })
      .int("must be a whole number")
      .min(0, "must be 0 to 65535")
      .max(65_535, "must be 0 to 65535")
      .default(3000),
    example: "3000",
    about: "port of the web role",
  },
  PUBLIC_URL: {
    schema: url.optional(),
    example: "http://localhost:3000",
    about: "address that HubSpot calls; signatures are checked against it",
  },
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" }).optional(),
    example: "postgres://scorekeeper:secret@localhost:5432/scorekeeper",
    about: "PostgreSQL; unset: an embedded server under DATA_DIR",
  },
  DATA_DIR: { schema: z.string().default(".data"), example: ".data", about: "folder of the embedded server" },
  REDIS_URL: {
    schema: redisUrl.optional(),
    example: "redis://localhost:6379",
    about:
      "Redis or Valkey for the queue (redis+sentinel://host:port,host:port/master-name behind Sentinels); unset: the queue lives in PostgreSQL",
  },
  HUBSPOT_API_URL: {
    schema: url.default("https://api.hubapi.com"),
    example: "https://api.hubapi.com",
    about: "HubSpot's API",
  },
  HUBSPOT_APP_URL: {
    schema: url.default("https://app.hubspot.com"),
    example: "https://app.hubspot.com",
    about: "HubSpot's application",
  },
  HUBSPOT_API_VERSION: {
    schema: z
      .string()
      .regex(/^\d{4}-\d{2}(-beta)?$/, "must look like 2026-09")
      .default("2026-09"),
    example: "2026-09",
    about: "dated version of HubSpot's API",
  },
  HUBSPOT_APP_ID: {
    schema: digits.optional(),
    example: "1234567",
    about: "the app's id; notifications of other apps are ignored",
  },
  HUBSPOT_CLIENT_ID: {
    schema: z.string().optional(),
    example: "",
    about: "the app's client id; with HUBSPOT_CLIENT_SECRET and SECRET_KEY accounts can install by OAuth",
  },
  HUBSPOT_CLIENT_SECRET: {
    schema: several.optional(),
    example: "",
    about: "the app's client secret, which signs notifications; several separated by commas while rotating",
  },
  HUBSPOT_ACCESS_TOKEN: {
    schema: z.string().optional(),
    example: "",
    about: "single-account mode: the app's static token",
  },
  HUBSPOT_PORTAL_ID: {
    schema: digits.optional(),
    example: "12345678",
    about: "single-account mode: the account's id",
  },
  SECRET_KEY: {
    schema: secretKeys.optional(),
    example: "",
    about: "32 bytes in base64: encrypts tokens at rest; several separated by commas while rotating",
  },
  INSTALL_SCORES: {
    schema: z.string().optional(),
    example: "templates",
    about: "folder of score definitions that an account installing by OAuth gets while it has no scores",
  },
  UNINSTALL_DATA: {
    schema: z.enum(["keep", "erase"], { error: "must be keep or erase" }).default("keep"),
    example: "keep",
    about: "what happens to an account's data when it uninstalls the app",
  },
  METRICS_TOKEN: {
    schema: z.string().min(16, "must have at least 16 characters").optional(),
    example: "",
    about: "bearer token for /metrics from other machines",
  },
  RECONCILE_SHARE: {
    schema: z.coerce
      .number({ error: "must be a number" })
      .int("must be a whole number")
      .min(1, "must be 1 to 100")
      .max(100, "must be 1 to 100")
      .default(10),
    example: "10",
    about: "percent of an account's calls that looking for missed changes may take at most",
  },
  RECONCILE_DRIFT: {
    schema: z.enum(["repair", "report"], { error: "must be repair or report" }).default("repair"),
    example: "repair",
    about: "scores that someone edits in HubSpot: written anew (repair), or counted and left alone (report)",
  },
  CLOCK_URL: {
    schema: url.optional(),
    example: "",
    about:
      "tests and emulator only: where the service reads the time (the emulator's address followed by /__clock)",
  },
  LOG_LEVEL: {
    schema: z
      .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
        error: "must be one of fatal, error, warn, info, debug, trace, silent",
      })
      .default("info"),
    example: "info",
    about: "how much is logged",
  },
} as const satisfies Record<string, Variable>;

type Variables = typeof VARIABLES;
export type Settings = { readonly [Name in keyof Variables]: z.output<Variables[Name]["schema"]> };

/** `.env.example`: every variable with what it is for, commented out. */
export function envExample(): string {
  const lines = Object.entries(VARIABLES).map(
    ([name, { about, example }]) => `# ${about}\n# ${name}=${example}\n`,
  );
  return `# Copy to .env and uncomment what you need. Every variable is checked at start.\n\n${lines.join("\n")}`;
}
