// Compares the scoring engine with a hand-written loop, a database and the rule engines of npm on one definition.
import { createHash } from "node:crypto";
import { cpus } from "node:os";
import { compileScore } from "../src/scoring/evaluate.ts";
import type { ScoredRecord } from "../src/scoring/record.ts";
import type { ScoreDefinition } from "../src/scoring/score-definition.ts";
import { scoreByHand } from "./engine-by-hand.ts";
import { AT, EVENTS, engineContact } from "./engine-contacts.ts";
import type { Contestant, Outcome } from "./engine-contestant.ts";
import { engineDefinition } from "./engine-definition.ts";
import { type DuckDb, duckDb } from "./engine-duckdb.ts";
import { type JsonLogic, jsonLogic } from "./engine-json-logic.ts";
import { type JsonRules, jsonRules } from "./engine-json-rules.ts";
import { importPeer, installPeers } from "./engine-peers.ts";
import { foldRecord } from "./engine-tally.ts";
import { typedArrays } from "./engine-typed-arrays.ts";
import { type Zen, zen } from "./engine-zen.ts";

/** One measured figure of one contestant; `target` is the least ratio that the engine should have to it. */
export type Figure = {
  readonly contestant: string;
  readonly work: "contacts/s" | "100-contact batch (ms)" | "engine ÷ contestant";
  readonly value: number;
  readonly target?: number;
};

type Sizes = { readonly contacts: number; readonly rounds: number };

const BATCH = 100;
const BATCHES = 5;
const ENGINE = "engine";
/** By name, how many times as fast as a contestant the engine should be. */
const TARGETS: { readonly [contestant: string]: number } = {
  "hand-written loop": 0.5,
  "DuckDB, one statement": 2.5,
  "json-rules-engine": 100,
};
/** Those that would need minutes for all contacts take this many. */
const FEWER: { readonly [contestant: string]: number } = { "zen-engine": 1_000, "json-rules-engine": 300 };

function inThisProcess(definition: ScoreDefinition, records: readonly ScoredRecord[]): readonly Contestant[] {
  const contacts = records.length;
  const { evaluate } = compileScore(definition, { timeZone: "UTC" });
  return [
    {
      name: ENGINE,
      contacts,
      score: (first, end) => records.slice(first, end).map((record) => evaluate(record, AT)),
    },
    {
      name: "hand-written loop",
      contacts,
      score: (first, end) => records.slice(first, end).map(scoreByHand),
    },
    typedArrays(definition, records),
  ];
}

async function allContestants(records: readonly ScoredRecord[]): Promise<readonly Contestant[]> {
  installPeers();
  const definition = engineDefinition();
  const duck = await importPeer<DuckDb>("@duckdb/node-api");
  const all = [
    ...inThisProcess(definition, records),
    await duckDb(duck, definition, { records, texts: "as they are" }),
    await duckDb(duck, definition, { records: records.map(foldRecord), texts: "folded" }),
    jsonLogic(await importPeer<JsonLogic>("json-logic-engine"), definition, records),
    zen(await importPeer<Zen>("@gorules/zen-engine"), definition, records),
    jsonRules(await importPeer<JsonRules>("json-rules-engine"), definition, records),
  ];
  return all.map((one) => ({ ...one, contacts: Math.min(one.contacts, FEWER[one.name] ?? one.contacts) }));
}

/** Hashes what outcomes say in value, sides and label; also `validUntil` where they have it. */
function hashOf(outcomes: readonly Outcome[], timed: boolean): string {
  const hash = createHash("sha256");
  for (const { value, engagement, fit, threshold, validUntil } of outcomes)
    hash.update(JSON.stringify([value, engagement, fit, threshold, timed ? validUntil : undefined]));
  return hash.digest("hex");
}

/** Throws where a contestant's outcomes are not those of the engine. */
async function checkOutcomes(contestants: readonly Contestant[]): Promise<void> {
  const engine = engineAmong(contestants);
  const expected = await engine.score(0, engine.contacts);
  for (const { name, contacts, score } of contestants) {
    const outcomes = await score(0, contacts);
    const timed = outcomes.every(({ validUntil }) => validUntil !== undefined);
    const same = hashOf(outcomes, timed) === hashOf(expected.slice(0, contacts), timed);
    if (!same) throw new Error(`${name} gave other outcomes than the engine`);
    console.error(`${name}: ${contacts} outcomes equal${timed ? ", validUntil included" : ""}`);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function engineAmong(contestants: readonly Contestant[]): Contestant {
  const engine = contestants.find(({ name }) => name === ENGINE);
  if (engine === undefined) throw new Error("The engine is not among the contestants");
  return engine;
}

async function timeRange({ score }: Contestant, first: number, end: number): Promise<number> {
  const from = performance.now();
  await score(first, end);
  return performance.now() - from;
}

/** `ratios` are of the engine's rate over the same contacts in the same round. */
type Samples = { readonly rates: number[]; readonly batches: number[]; readonly ratios: number[] };

/** Every contestant in turn, so that a busy moment of the machine does not hit one alone. */
async function measure(contestants: readonly Contestant[], rounds: number): Promise<readonly Samples[]> {
  const engine = engineAmong(contestants);
  const samples = contestants.map((): Samples => ({ rates: [], batches: [], ratios: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const { contacts } = contestant;
      const before = await timeRange(engine, 0, contacts);
      const took = await timeRange(contestant, 0, contacts);
      const after = await timeRange(engine, 0, contacts);
      samples[index]?.rates.push((contacts / took) * 1_000);
      samples[index]?.ratios.push((2 * took) / (before + after));
      for (let batch = 0; batch < BATCHES; batch++) {
        const first = ((round * BATCHES + batch) * BATCH) % (contacts - BATCH + 1);
        samples[index]?.batches.push(await timeRange(contestant, first, first + BATCH));
      }
    }
  }
  return samples;
}

function summarize(contestants: readonly Contestant[], samples: readonly Samples[]): Figure[] {
  return contestants.flatMap(({ name }, index): Figure[] => {
    const own = samples[index] ?? { rates: [], batches: [], ratios: [] };
    const target = TARGETS[name];
    return [
      { contestant: name, work: "contacts/s", value: Math.round(median(own.rates)) },
      { contestant: name, work: "100-contact batch (ms)", value: Number(median(own.batches).toPrecision(3)) },
      {
        contestant: name,
        work: "engine ÷ contestant",
        value: Number(median(own.ratios).toPrecision(3)),
        ...(target !== undefined && { target }),
      },
    ];
  });
}

function printTable(figures: readonly Figure[], contestants: readonly Contestant[], { rounds }: Sizes): void {
  console.log(
    `One score (6 groups, 18 event and 12 property rules), contacts of ${EVENTS} events, medians of ${rounds} rounds (${rounds * BATCHES} batches); ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
  );
  const rows = contestants.map(({ name, contacts }) => {
    const own = figures.filter(({ contestant }) => contestant === name);
    const of = (work: Figure["work"]) => own.find((figure) => figure.work === work);
    const compared = of("engine ÷ contestant");
    const target = compared?.target;
    const row = {
      "contacts a run": contacts,
      "contacts/s": of("contacts/s")?.value.toLocaleString("en"),
      "100-contact batch": `${of("100-contact batch (ms)")?.value} ms`,
      "engine ÷ it": compared?.value,
      target:
        target === undefined ? "" : `≥ ${target} ${(compared?.value ?? 0) >= target ? "met" : "MISSED"}`,
    };
    return [name, row] as const;
  });
  console.table(Object.fromEntries(rows));
}

/** Measures all contestants, prints a table and returns the figures; throws when their outcomes differ. */
export async function run(sizes: Sizes = { contacts: 10_000, rounds: 7 }): Promise<Figure[]> {
  const records = Array.from({ length: sizes.contacts }, (_, place) => engineContact(place));
  const contestants = await allContestants(records);
  try {
    await checkOutcomes(contestants);
    const figures = summarize(contestants, await measure(contestants, sizes.rounds));
    printTable(figures, contestants, sizes);
    return figures;
  } finally {
    for (const { close } of contestants) close?.();
  }
}
