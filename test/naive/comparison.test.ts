import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { difference } from "./compare.ts";
import { instantsAround, pairs, ZONES } from "./pairs.ts";

const RUNS = 35;
const SEED = 20_261_025;

describe.each(ZONES)("T86 the engine and a naive reading of the contract agree in %s", (zone) => {
  test("on random scores and records around clock changes", { timeout: 120_000 }, () => {
    for (const [index, at] of instantsAround(zone).entries()) {
      const agree = fc.property(pairs(at, zone), (pair) => {
        expect(difference(pair, at, zone), `in ${zone} at ${new Date(at).toISOString()}`).toBeNull();
      });
      void fc.assert(agree, { seed: SEED + index, numRuns: RUNS });
    }
  });
});
