import type { ReactElement } from "react";
import { beforeAll, expect, test } from "vitest";

const SERVICE = "https://scores.example.com";
const called: { readonly url: string; readonly method: string }[] = [];
const extensions: ((api: object) => ReactElement)[] = [];

/** What HubSpot gives the worker that an extension runs in. */
const worker = {
  __HUBSPOT_EXTENSION_WORKER__: true,
  logger: console,
  extend_V2: (extension: (api: object) => ReactElement) => void extensions.push(extension),
  hsFetch: (url: string, { method }: { method: string }) => {
    called.push({ url, method });
    return Promise.resolve(new Response("", { status: 403 }));
  },
};

const context = {
  user: { locale: "nl" },
  portal: { id: 7, timezone: "Europe/Amsterdam" },
  variables: { PUBLIC_URL: SERVICE },
  crm: { objectId: 101, objectTypeId: "0-1" },
};

beforeAll(async () => {
  Object.assign(globalThis, { self: worker });
  await import("../src/app/cards/score-card.tsx");
  await import("../src/app/settings/settings-page.tsx");
});

test.each([
  ["crm.record.tab", 0, `${SERVICE}/card/score?objectTypeId=0-1&objectId=101`],
  ["settings", 1, `${SERVICE}/card/settings`],
] as const)("the entry for %s asks the service that its profile names", async (location, index, url) => {
  const { createRenderer } = await import("@hubspot/ui-extensions/testing");
  const { ErrorState } = await import("@hubspot/ui-extensions");
  const element = extensions[index]?.({ context, actions: { refreshObjectProperties: () => undefined } });
  const page = createRenderer(location);
  page.render(element);
  await page.waitFor(() => page.find(ErrorState));
  expect(called.at(-1)).toEqual({ url, method: "GET" });
});
