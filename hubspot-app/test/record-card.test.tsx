import {
  Button,
  EmptyState,
  ErrorState,
  LineChart,
  LoadingButton,
  LoadingSpinner,
  StatisticsItem,
  StatusTag,
  Tab,
  TableRow,
} from "@hubspot/ui-extensions";
import { createRenderer } from "@hubspot/ui-extensions/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { READINESS, TITLE, VISITS } from "../../test/pipeline/definitions.ts";
import { openScoredPortal, type ScoredPortal } from "../../test/pipeline/scored-portal.ts";
import { drain } from "../../test/pipeline/work-through.ts";
import { type CardServer, PUBLIC_URL, startCardServer } from "../../test/webhooks/card-server.ts";
import type { Ask } from "../src/app/cards/ask-service.ts";
import { cardAnswerSchema } from "../src/app/cards/card-answer.ts";
import { RecordScores } from "../src/app/cards/record-scores.tsx";
import { wordsOf } from "./words-of.ts";

const DAY_MS = 86_400_000;
const START = Date.parse("2026-10-01T09:00:00.000Z");
const WORDING = { locale: "en-GB", timeZone: "Europe/Amsterdam" };

function visits(...daysAgo: readonly number[]) {
  return daysAgo.map((days, index) => ({
    ...{ id: `visit-${index}`, type: "page_visited" },
    occurredAt: new Date(START - days * DAY_MS).toISOString(),
  }));
}

const records = [
  { object: "contact", id: "101", properties: { jobtitle: "Chief of sales" }, events: visits(29, 1) },
  { object: "contact", id: "102", properties: {}, events: visits(2) },
];

let portal: ScoredPortal;
let server: CardServer;

beforeAll(async () => {
  portal = await openScoredPortal({ records });
  await portal.publish(VISITS, TITLE, READINESS);
  server = await startCardServer(portal.work, portal.id);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await portal[Symbol.asyncDispose]();
});

const asks: Ask = (url, { method, body }) => server.call(url, { method, body });

function showCard(objectId: string, ask: Ask = asks, objectTypeId = "0-1") {
  const card = createRenderer("crm.record.tab");
  let written = 0;
  card.render(
    <RecordScores
      ask={ask}
      place={{ serviceUrl: PUBLIC_URL, objectTypeId, objectId }}
      wording={WORDING}
      lookAgainMs={10}
      onWritten={() => void written++}
    />,
  );
  const until = (check: () => void) => card.waitFor(check, { timeoutInMs: 5_000 });
  return { ...card, until, written: () => written };
}

type Card = ReturnType<typeof showCard>;

function tabOf(card: Card, title: string) {
  return card.find(Tab, { title });
}

function rowsOf(card: Card, title: string): string[] {
  return tabOf(card, title).findAll(TableRow).map(wordsOf);
}

test("the card reads, then shows value, label, reasons with what time makes of them, and the sides", async () => {
  const card = showCard("101");
  expect(card.find(LoadingSpinner).props.label).toBe("Reading the scores");
  await card.until(() => tabOf(card, "Visits"));
  const visitsTab = tabOf(card, "Visits");
  expect(visitsTab.find(StatisticsItem).props).toMatchObject({ label: "Visits", number: "20" });
  expect(rowsOf(card, "Visits")[1]).toMatch(/^visitWebsite · 2×\+20\+15 on 2 Oct 2026$/);
  expect(wordsOf(visitsTab)).toContain("If nothing happens: 15 on 2 Oct 2026, 11:00.");
  expect(tabOf(card, "Title").find(StatusTag).text).toBe("High");
  expect(wordsOf(tabOf(card, "Title"))).toContain("Stays as it is unless something happens.");
  const readiness = tabOf(card, "Readiness").findAll(StatisticsItem);
  expect(readiness.map(({ props }) => [props.label, props.number])).toEqual([
    ["Readiness", "30"],
    ["Engagement", "10"],
    ["Fit", "20"],
  ]);
  expect(tabOf(card, "Title").maybeFind(Button, (button) => button.text === "Reset")).toBeNull();
});

test("resetting asks once more, shows the new value at once, then the history; recalculating waits for the result", async () => {
  const card = showCard("102");
  await card.until(() => tabOf(card, "Visits"));
  const button = (text: string) => tabOf(card, "Visits").find(Button, (one) => one.text === text);
  button("Reset").trigger("onClick");
  button("Cancel").trigger("onClick");
  button("Reset").trigger("onClick");
  button("Yes, reset").trigger("onClick");
  await card.until(() => expect(tabOf(card, "Visits").find(StatisticsItem).props.number).toBe("0"));
  expect(wordsOf(tabOf(card, "Visits"))).toContain("Engagement counts from 1 Oct 2026, 11:00 on.");
  expect(wordsOf(tabOf(card, "Visits"))).toContain("Nothing has given points yet.");
  expect(wordsOf(card.getRootNode())).toContain("Newer values are on their way.");
  await drain(portal.work, portal.id);
  await card.until(() => expect(card.written()).toBe(1));
  await card.until(() => expect(wordsOf(card.getRootNode())).not.toContain("Newer values"));
  const chart = tabOf(card, "Visits").find(LineChart);
  expect(chart.props.data).toMatchObject([{ Score: 10 }, { Score: 0 }]);
  tabOf(card, "Visits").find(LoadingButton).trigger("onClick");
  await card.until(() => expect(wordsOf(card.getRootNode())).toContain("Newer values are on their way."));
  await drain(portal.work, portal.id);
  await card.until(() => expect(card.written()).toBe(2));
});

test("a record that is not held, and one of a type without scores, say so", async () => {
  for (const unknown of [showCard("404"), showCard("6", asks, "0-3")])
    await unknown.until(() => expect(unknown.find(EmptyState).props.title).toBe("Not scored yet"));
  await portal.db.query(
    `insert into records (portal_id, object, record_id, properties, changed, history)
     values ($1, 'deal', '5', '{}', '{}', '{}')`,
    [portal.id],
  );
  const deal = showCard("5", asks, "0-3");
  await deal.until(() => expect(deal.find(EmptyState).props.title).toBe("No scores"));
});

test("an account that is not connected gets no scores and no way to try again", async () => {
  const card = showCard("101", (url, { method }) => server.call(url, { method, portal: "31" }));
  await card.until(() => expect(card.find(ErrorState).props.type).toBe("lock"));
  expect(card.maybeFind(Button)).toBeNull();
});

test("an answer that does not come, or cannot be read, can be asked for again", async () => {
  const failures: (() => Promise<Response>)[] = [
    () => Promise.reject(new Error("no network")),
    () => Promise.resolve(new Response("", { status: 503 })),
    () => Promise.resolve(new Response('{"scores":"none"}')),
  ];
  for (const fail of failures) {
    let isAway = true;
    const card = showCard("101", (url, options) => (isAway ? fail() : asks(url, options)));
    await card.until(() => expect(card.find(ErrorState).props.type).toBe("error"));
    isAway = false;
    card.find(Button).trigger("onClick");
    await card.until(() => tabOf(card, "Visits"));
  }
});

test("a button that fails leaves the scores there, and says so", async () => {
  let isAway = false;
  const card = showCard("101", (url, options) =>
    isAway ? Promise.resolve(new Response("", { status: 503 })) : asks(url, options),
  );
  await card.until(() => tabOf(card, "Visits"));
  isAway = true;
  tabOf(card, "Visits").find(LoadingButton).trigger("onClick");
  await card.until(() => expect(wordsOf(card.getRootNode())).toContain("The scores below are as last read."));
  expect(tabOf(card, "Visits").find(StatisticsItem).props.number).toBe("20");
});

test("the card's own schema reads what the service's schema describes", async () => {
  const answer = await server.call(`${PUBLIC_URL}/card/score?objectTypeId=0-1&objectId=101`);
  const body: unknown = await answer.json();
  expect(body).toMatchObject(cardAnswerSchema.parse(body));
});
