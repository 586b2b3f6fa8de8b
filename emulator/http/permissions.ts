import { isAtLeast, offersScope, type Tier } from "../portal/tier.ts";
import { ApiError } from "./api-error.ts";

/** What a call needs: any one of these scopes, and an edition. */
type Need = { readonly anyOf: readonly string[]; readonly tier?: Tier };
type Rule = { readonly path: RegExp; readonly needs: (type: string, isWrite: boolean) => readonly Need[] };

const ENGAGEMENTS = /^(calls?|meetings?|notes?|tasks?|communications?|emails?|0-(18|27|46|47|48|49))$/;
const FAMILIES: { readonly [type: string]: string } = {
  ...{ contact: "contacts", "0-1": "contacts", company: "companies", "0-2": "companies" },
  ...{ deal: "deals", "0-3": "deals", lead: "leads", "0-136": "leads", ticket: "tickets", "0-5": "tickets" },
};

function familyOf(type: string): string {
  if (ENGAGEMENTS.test(type)) return "contacts";
  if (/^2-\d+$/.test(type)) return "custom";
  return Object.hasOwn(FAMILIES, type) ? (FAMILIES[type] ?? type) : type;
}

function objectNeeds(type: string, isWrite: boolean): readonly Need[] {
  const family = familyOf(type);
  if (family === "tickets") return [{ anyOf: ["tickets"] }];
  const own = { anyOf: [`crm.objects.${family}.${isWrite ? "write" : "read"}`] };
  return /^(emails?|0-49)$/.test(type) ? [own, { anyOf: ["sales-email-read"] }] : [own];
}

function propertyNeeds(type: string, isWrite: boolean): readonly Need[] {
  const family = familyOf(type);
  if (family === "tickets") return [{ anyOf: ["tickets"] }];
  if (isWrite) return [{ anyOf: [`crm.schemas.${family}.write`] }];
  return [{ anyOf: [`crm.schemas.${family}.read`, `crm.objects.${family}.read`] }];
}

const scope = (name: string) => (): readonly Need[] => [{ anyOf: [name] }];
const enterprise = (): readonly Need[] => [{ anyOf: ["oauth"], tier: "enterprise" }];

const RULES: readonly Rule[] = [
  { path: /^\/crm\/objects\/[^/]+\/([^/]+)/, needs: objectNeeds },
  { path: /^\/crm\/properties\/[^/]+\/([^/]+)/, needs: propertyNeeds },
  { path: /^\/crm\/associations\/[^/]+\/([^/]+)/, needs: (type) => objectNeeds(type, false) },
  {
    path: /^\/crm\/lists\//,
    needs: (_type, isWrite) => [{ anyOf: [`crm.lists.${isWrite ? "write" : "read"}`] }],
  },
  { path: /^\/crm\/owners\//, needs: scope("crm.objects.owners.read") },
  { path: /^\/events\/event-occurrences\//, needs: enterprise },
  {
    path: /^\/events\/custom\//,
    needs: () => [{ anyOf: ["analytics.behavioral_events.send"], tier: "enterprise" }],
  },
  { path: /^\/(marketing\/forms|form-integrations)\//, needs: scope("forms") },
  { path: /^\/(marketing\/emails|email\/public)\//, needs: scope("content") },
  { path: /^\/conversations\//, needs: scope("conversations.read") },
  { path: /^\/automation\//, needs: scope("automation") },
];

function isWriting(method: string, path: string): boolean {
  return method !== "GET" && !/\/(search|batch\/read)$/.test(path);
}

/** Returns HubSpot's 403 for a call that needs one of these scopes. */
export function missingScopes(anyOf: readonly string[]): ApiError {
  return new ApiError(403, {
    message: "This app hasn't been granted all required scopes to make this call.",
    category: "MISSING_SCOPES",
    errors: [
      {
        message: "One or more of the following scopes are required.",
        context: { requiredGranularScopes: anyOf },
      },
    ],
  });
}

function needsOf({ method, path }: { readonly method: string; readonly path: string }): readonly Need[] {
  return RULES.flatMap((rule) => {
    const found = rule.path.exec(path);
    return found ? rule.needs(found[1] ?? "", isWriting(method, path)) : [];
  });
}

/** Throws HubSpot's 403 where the account's edition or the token's scopes do not allow a call. */
export function allowCall(
  call: { readonly method: string; readonly path: string },
  tier: Tier,
  granted: ReadonlySet<string> | "all",
): void {
  const has = (name: string) => (granted === "all" ? offersScope(tier, name) : granted.has(name));
  for (const { anyOf, tier: lowest } of needsOf(call)) {
    if (lowest && !isAtLeast(tier, lowest))
      throw new ApiError(403, {
        message: "The account's subscription does not include this.",
        category: "FORBIDDEN",
      });
    if (!anyOf.some(has)) throw missingScopes(anyOf);
  }
}
