import {
  Alert,
  Button,
  EmptyState,
  ErrorState,
  Link,
  LoadingSpinner,
  StatusTag,
  TableRow,
} from "@hubspot/ui-extensions";
import { createRenderer } from "@hubspot/ui-extensions/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRun } from "../../src/store/backfill-runs.ts";
import { savePortal } from "../../src/store/portals.ts";
import { saveDraft } from "../../src/store/scores.ts";
import { TITLE, VISITS } from "../../test/pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../../test/pipeline/scored-portal.ts";
import { type CardServer, PUBLIC_URL, startCardServer } from "../../test/webhooks/card-server.ts";
import { AccountSettings } from "../src/app/settings/account-settings.tsx";
import type { Ask } from "../src/app/settings/ask-settings.ts";
import { settingsAnswerSchema } from "../src/app/settings/settings-answer.ts";
import { wordsOf } from "./words-of.ts";

const FRESH = "32";

let portal: ScoredPortal;
let server: CardServer;

beforeAll(async () => {
  portal = await openScoredPortal({
    records: [{ object: "contact", id: "101", properties: { jobtitle: "chief" } }],
  });
  await portal.publish(VISITS, TITLE);
  await saveDraft(portal.db, portal.id, { ...TITLE, name: "Planned" });
  await savePortal(portal.db, FRESH, "UTC");
  server = await startCardServer(portal.work, portal.id);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

const asks =
  (id: string): Ask =>
  (url, { method }) =>
    server.call(url, { method, portal: id });

function showPage(ask: Ask) {
  const page = createRenderer("settings");
  const when = (at: number) => new Date(at).toISOString();
  page.render(<AccountSettings ask={ask} serviceUrl={PUBLIC_URL} when={when} />);
  return { ...page, until: (check: () => void) => page.waitFor(check, { timeoutInMs: 5_000 }) };
}

const rowsOf = (page: ReturnType<typeof showPage>) => page.findAll(TableRow).map(wordsOf);

test("the page shows the connection, every score, and the way to the console", async () => {
  const page = showPage(asks(portal.id));
  expect(page.find(LoadingSpinner).props.label).toBe("Reading the settings");
  await page.until(() => expect(page.findAll(TableRow)).toHaveLength(4));
  expect(wordsOf(page.find(StatusTag))).toBe("Connected");
  expect(rowsOf(page).slice(1)).toEqual([
    "PlannedcontactdraftFine.",
    "Title (version 1)contactonFine.",
    "Visits (version 1)contactonFine.",
  ]);
  expect(page.maybeFind(Alert)).toBeNull();
  expect(page.find(Link).props.href).toEqual({ url: PUBLIC_URL, external: true });
});

test("what goes wrong is said: refused writes, a back-fill under way, a draft not published", async () => {
  await portal.db.query(
    "update pending_writes set refusal = 'INVALID_OPTION', pending = false where portal_id = $1",
    [portal.id],
  );
  await startRun(portal.db, portal.id, "contact", [{ kind: "score", object: "contact" }]);
  await saveDraft(portal.db, portal.id, TITLE);
  const page = showPage(asks(portal.id));
  await page.until(() => page.find(Alert));
  expect(wordsOf(page.find(Alert))).toBe("HubSpot refuses the values of 1 record.");
  expect(rowsOf(page)[2]).toBe(
    "Title (version 1)contactonBack-fill running: 0. Has a draft that is not published.",
  );
});

test("an account without scores is shown where to write one", async () => {
  const page = showPage(asks(FRESH));
  await page.until(() => expect(page.find(EmptyState).props.title).toBe("No scores yet"));
});

test("an account that is not connected is shown where to connect it", async () => {
  const page = showPage(asks("31"));
  await page.until(() => expect(page.find(ErrorState).props.type).toBe("lock"));
  expect(page.find(Link).props.href).toEqual({ url: `${PUBLIC_URL}/oauth/install`, external: true });
});

test("a page that could not be read is read again", async () => {
  let isAway = true;
  const page = showPage((url, options) =>
    isAway ? Promise.reject(new Error("no network")) : asks(portal.id)(url, options),
  );
  await page.until(() => expect(page.find(ErrorState).props.type).toBe("error"));
  isAway = false;
  page.find(Button).trigger("onClick");
  await page.until(() => expect(page.findAll(TableRow)).toHaveLength(4));
});

test("plan capabilities are listed where the service knows them", async () => {
  const answer = await server.call(`${PUBLIC_URL}/card/settings`);
  const known = settingsAnswerSchema.parse(await answer.json());
  const capabilities = { event_occurrences: false, lists: true };
  const page = showPage(() => Promise.resolve(Response.json({ ...known, capabilities })));
  await page.until(() => page.find(Link));
  const words = wordsOf(page.getRootNode());
  expect(words).toContain("not in this plan");
  expect(words).toContain("available");
});
