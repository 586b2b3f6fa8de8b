import {
  Alert,
  Button,
  DescriptionListItem,
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
import { turnFeatureOff, turnFeatureOn } from "../../src/store/portal-features.ts";
import { savePortal } from "../../src/store/portals.ts";
import { saveDraft } from "../../src/store/scores.ts";
import { TITLE, VISITS } from "../../test/pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../../test/pipeline/scored-portal.ts";
import { type CardServer, PUBLIC_URL, startCardServer } from "../../test/webhooks/card-server.ts";
import { AccountSettings } from "../src/app/settings/account-settings.tsx";
import type { Ask } from "../src/app/settings/ask-settings.ts";
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
    "Title (version 1)contactonBack-fill running: about to begin scoring contacts, 0. Has a draft that is not published.",
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

test("what HubSpot refuses the account is listed, and said of the scores that go without", async () => {
  await turnFeatureOn(portal.db, portal.id, "lists");
  const off = { feature: "event occurrences", reason: "not in this edition", scopes: [] };
  await turnFeatureOff(portal.db, portal.id, off);
  const page = showPage(asks(portal.id));
  await page.until(() => page.find(Link));
  const items = page.findAll(DescriptionListItem).map((item) => [item.props.label, wordsOf(item)]);
  expect(items).toEqual(
    expect.arrayContaining([
      ["event occurrences", "refused by HubSpot"],
      ["lists", "allowed"],
    ]),
  );
  expect(rowsOf(page)[3]).toContain("Goes without event occurrences: not in this edition.");
  expect(rowsOf(page)[2]).not.toContain("Goes without");
});

test("a set-up that is under way or failed, and why an account is paused, are said", async () => {
  const { db } = portal;
  await db.query(
    "update portals set setup_due_at = now(), setup_error = 'no answer', status = 'paused', status_reason = 'by hand' where portal_id = $1",
    [FRESH],
  );
  const page = showPage(asks(FRESH));
  await page.until(() => page.find(Alert));
  expect(wordsOf(page.find(StatusTag))).toBe("Paused");
  expect(wordsOf(page.find(Alert))).toBe("Not at work: by hand.Setting up failed: no answer");
  expect(wordsOf(page.getRootNode())).toContain("The account is still being set up.");
});
