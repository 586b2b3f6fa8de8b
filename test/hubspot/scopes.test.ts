import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../../src/hubspot/scopes.ts";

const APP = join(import.meta.dirname, "../../hubspot-app/src/app/app-hsmeta.json");
const scopes = z.object({ requiredScopes: z.array(z.string()), optionalScopes: z.array(z.string()) });
const app = z.object({ config: z.object({ auth: scopes }) });

test("consents ask for what the app in HubSpot declares: else HubSpot refuses them", () => {
  const { auth } = app.parse(JSON.parse(readFileSync(APP, "utf8"))).config;
  expect(auth.requiredScopes.toSorted()).toEqual([...REQUIRED_SCOPES].toSorted());
  expect(auth.optionalScopes.toSorted()).toEqual([...OPTIONAL_SCOPES].toSorted());
});
