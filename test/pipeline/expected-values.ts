import { expect } from "vitest";
import { writtenValues } from "../../src/scores/written-values.ts";
import type { ScoreDefinition } from "../../src/scoring/definition.ts";
import { compileScore } from "../../src/scoring/evaluate.ts";
import { parseRecord, recordForScore } from "../../src/scoring/parse-record.ts";
import { writtenProperties } from "../../src/scoring/written-properties.ts";
import type { ScoredPortal } from "./scored-portal.ts";
import { drain } from "./work-through.ts";

type Shown = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** What the account's contacts should show of these scores: its records, as dumped, evaluated at `at` (ms). */
async function expectedValues(
  { account }: ScoredPortal,
  definitions: readonly ScoreDefinition[],
  at: number,
): Promise<Shown> {
  const { timeZone } = account.emulator.portal;
  const scores = definitions.map((definition) => ({
    ...{
      definition,
      written: writtenProperties(definition),
      compiled: compileScore(definition, { timeZone }),
    },
  }));
  const shown = new Map<string, Record<string, string>>();
  for (const line of await account.dump()) {
    const parsed = parseRecord(line);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const { record } = parsed;
    if (record.object !== "contact") continue;
    const values = scores.map(({ definition, written, compiled }) => {
      const result = compiled.evaluate(recordForScore(record, definition.name), at);
      return writtenValues(written, result, undefined);
    });
    shown.set(record.id, Object.assign({}, ...values));
  }
  return shown;
}

async function presentValues(
  { account }: ScoredPortal,
  definitions: readonly ScoreDefinition[],
): Promise<Shown> {
  const names = definitions.flatMap((definition) => writtenProperties(definition).map(({ name }) => name));
  const contacts = [...(await account.values("contact"))].map(([id, values]) => {
    const own = names.flatMap((name) => (values[name] ? [[name, values[name]] as const] : []));
    return [id, Object.fromEntries(own)] as const;
  });
  return new Map(contacts);
}

/** Stops the account's clock, works off what is due then, and expects every contact to show what evaluating it gives. */
export async function expectRight(
  portal: ScoredPortal,
  ...definitions: readonly ScoreDefinition[]
): Promise<void> {
  portal.account.emulator.portal.clock.stop();
  await drain(portal.work, portal.id);
  const expected = await expectedValues(portal, definitions, portal.work.clock.now());
  expect(await presentValues(portal, definitions)).toEqual(expected);
}
