import * as fc from "fast-check";
import { parseDefinition } from "../../src/scoring/definition.ts";
import { type CompiledScore, compileScore } from "../../src/scoring/evaluate.ts";
import { parseRecord, recordForScore } from "../../src/scoring/parse-record.ts";
import type { ScoredRecord } from "../../src/scoring/record.ts";
import { DAY, HOUR } from "./naive-instants.ts";
import { adjustmentsAround, records } from "./random-records.ts";
import { definitions, OBJECTS } from "./random-scores.ts";
import type { RawAdjustment, RawDefinition, RawRecord } from "./raw-documents.ts";

/** A random definition and a random record for it. */
export type Pair = {
  readonly definition: RawDefinition;
  readonly record: RawRecord;
  readonly adjustments: readonly RawAdjustment[];
};

const CLOCK_CHANGES: { readonly [zone: string]: readonly string[] } = {
  UTC: ["2028-02-29T00:00:00Z", "2026-01-01T00:00:00Z"],
  "Europe/Oslo": ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"],
  "America/Santiago": ["2026-04-05T03:00:00Z", "2026-09-06T04:00:00Z"],
};

export const ZONES = Object.keys(CLOCK_CHANGES);

/** Instants (ms) at, around and some time after the clock changes of a zone. */
export function instantsAround(zone: string): readonly number[] {
  const shifts = [-1, 0, 1, -HOUR, HOUR, 12 * HOUR, -DAY, 2 * DAY + 1234, 8 * DAY, 40 * DAY];
  return (CLOCK_CHANGES[zone] ?? []).flatMap((text) => shifts.map((shift) => Date.parse(text) + shift));
}

/** Random pairs around an instant (ms) in a zone. */
export function pairs(at: number, zone: string): fc.Arbitrary<Pair> {
  const kinds = OBJECTS.flatMap((object) =>
    (["engagement", "fit", "combined", "combined"] as const).map((type) => ({ object, type })),
  );
  return fc.noBias(
    fc.oneof(
      ...kinds.map((kind) =>
        fc.record({
          definition: definitions(kind, at, zone),
          record: records(kind.object, at, zone),
          adjustments: adjustmentsAround(at, zone),
        }),
      ),
    ),
  );
}

/** The engine's reading of a pair; throws where it refuses one. */
export function readPair(pair: Pair, zone: string): { score: CompiledScore; record: ScoredRecord } {
  const definition = parseDefinition(pair.definition);
  if (!definition.ok) throw new Error(`definition refused: ${JSON.stringify(definition.faults)}`);
  const filed = parseRecord(pair.record);
  if (!filed.ok) throw new Error(`record refused: ${JSON.stringify(filed.faults)}`);
  const record = recordForScore(filed.record, pair.definition.name);
  return {
    score: compileScore(definition.definition, { timeZone: zone }),
    record: { ...record, adjustments: pair.adjustments },
  };
}
