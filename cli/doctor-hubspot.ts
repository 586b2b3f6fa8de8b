import type { Config } from "../config/config.ts";
import { getAccount } from "../src/hubspot/account.ts";
import { createHubSpotClient, type HubSpotClient } from "../src/hubspot/client.ts";
import { HubSpotError } from "../src/hubspot/hubspot-error.ts";
import { listProperties, type PropertyDefinition } from "../src/hubspot/properties.ts";
import { staticToken } from "../src/hubspot/token.ts";
import { allWritten } from "../src/scores/reason-properties.ts";
import type { Queryable } from "../src/store/database.ts";
import { type PublishedScore, publishedScores } from "../src/store/scores.ts";
import { type Finding, fault, ok, warning, wordsOf } from "./doctor-finding.ts";

const ANSWER_MS = 5_000;
const LARGEST_SKEW_MS = 300_000;
const NOTABLE_SKEW_MS = 30_000;

/** A client with this token for a handful of calls, outside the shared budget, which needs a database. */
export function createPlainClient(config: Config, token: string): HubSpotClient {
  const { apiUrl, apiVersion } = config.hubspot;
  const nothing = async (): Promise<void> => undefined;
  return createHubSpotClient({
    baseUrl: apiUrl,
    version: apiVersion,
    tokens: staticToken(token),
    budget: { take: nothing, observe: nothing },
    timeoutMs: ANSWER_MS,
  });
}

const CURES: { readonly [code: string]: string } = {
  UNAUTHORIZED: "set HUBSPOT_ACCESS_TOKEN to the app's present token",
  FORBIDDEN: "give the app the scopes it needs, then install it again",
  MISSING_SCOPES: "give the app these scopes, then install it again",
  NETWORK: "check the network and HUBSPOT_API_URL",
  TIMEOUT: "check the network and HUBSPOT_API_URL",
  RATE_LIMITED: "wait, then look again",
  NOT_FOUND: "check HUBSPOT_API_URL and HUBSPOT_API_VERSION",
};

function failure(check: string, error: unknown): Finding {
  const code = error instanceof HubSpotError ? error.code : "";
  return fault(
    check,
    `HubSpot: ${wordsOf(error)}`,
    CURES[code] ?? "look at HubSpot's status page, then again here",
  );
}

/** Checks that the token works and belongs to the account that is set. */
export async function checkAccount(
  config: Config,
  client: HubSpotClient,
  expected: string,
): Promise<Finding> {
  const check = "hubspot";
  try {
    const { portalId, timeZone } = await getAccount(client);
    if (portalId !== expected)
      return fault(
        check,
        config.hubspot.single
          ? `the token belongs to account ${portalId}, HUBSPOT_PORTAL_ID is ${expected}`
          : `the tokens of account ${expected} belong to account ${portalId}`,
        "set the two of one account",
      );
    return ok(check, `account ${portalId}, time zone ${timeZone}, at ${config.hubspot.apiUrl}`);
  } catch (error) {
    return failure(check, error);
  }
}

async function serverDate(url: string): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: "manual" });
  await answer.arrayBuffer();
  return Date.parse(answer.headers.get("date") ?? "");
}

/** Compares this machine's clock with HubSpot's: a signature more than five minutes off is refused. */
export async function checkClock(config: Config): Promise<Finding> {
  const check = "clock";
  if (config.clockUrl) return ok(check, `taken from ${config.clockUrl}`);
  const before = Date.now();
  const theirs = await serverDate(config.hubspot.apiUrl).catch(() => Number.NaN);
  if (Number.isNaN(theirs)) return warning(check, "cannot be compared: HubSpot did not tell its time");
  const skew = Math.round(((before + Date.now()) / 2 - theirs) / 1000) * 1000;
  const text = `${Math.abs(skew) / 1000} s ${skew < 0 ? "behind" : "ahead of"} HubSpot's`;
  const cure = "set the machine's clock (NTP)";
  if (Math.abs(skew) > LARGEST_SKEW_MS) return fault(check, `${text}: signatures are refused`, cure);
  return Math.abs(skew) > NOTABLE_SKEW_MS ? warning(check, text, cure) : ok(check, text);
}

function propertyFaults(score: PublishedScore, existing: readonly PropertyDefinition[]): Finding[] {
  const known = new Map(existing.map((property) => [property.name, property]));
  return allWritten(score).flatMap((written) => {
    const found = known.get(written.name);
    const place = `"${score.name}": the ${score.object} property ${written.name}`;
    const publish = `publish it again: \`scorekeeper score publish "${score.name}" --version ${score.version}\``;
    if (!found) return [fault("scores", `${place} is missing in HubSpot`, publish)];
    if (found.type === "string" && written.type !== "string")
      return [warning("scores", `${place} has type string, not ${written.type}: it is written all the same`)];
    if (found.type !== written.type)
      return [
        fault("scores", `${place} has type ${found.type}, not ${written.type}`, "change it back in HubSpot"),
      ];
    if (found.isReadOnly) return [fault("scores", `${place} is read-only`, "choose another name for it")];
    const options = new Set(found.options.map((option) => option.value));
    const missing = (written.options ?? []).filter((label) => !options.has(label));
    return missing.length === 0
      ? []
      : [fault("scores", `${place} lacks the options ${missing.join(", ")}`, publish)];
  });
}

async function checkObject(
  client: HubSpotClient,
  object: string,
  scores: readonly PublishedScore[],
): Promise<Finding[]> {
  try {
    const existing = await listProperties(client, object);
    return scores.flatMap((score) => {
      const faults = propertyFaults(score, existing);
      const state = score.isLive ? `version ${score.version}` : `version ${score.version}, still being read`;
      return faults.length > 0 ? faults : [ok("scores", `"${score.name}" is on (${object}, ${state})`)];
    });
  } catch (error) {
    return [failure("scores", error)];
  }
}

/** Checks the portal's scores that are on: that their properties are there and can hold what is written. */
export async function checkScores(db: Queryable, portal: string, client: HubSpotClient): Promise<Finding[]> {
  const scores = await publishedScores(db, portal);
  if (scores.length === 0)
    return [
      warning(
        "scores",
        `no score is on in portal ${portal}`,
        "`scorekeeper score import`, then `score publish`",
      ),
    ];
  const findings: Finding[] = [];
  for (const [object, own] of Map.groupBy(scores, (score) => score.object))
    findings.push(...(await checkObject(client, object, own)));
  return findings;
}
