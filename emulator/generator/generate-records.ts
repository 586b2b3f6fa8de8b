import type { RecordLine } from "../records/record-line.ts";
import { createRandom } from "../seeded-random.ts";

export type GeneratorOptions = { readonly seed: number; readonly contacts: number; readonly now: number };
export const LIST_NAMES: ReadonlyMap<string, string> = new Map();
export function* generateRecords(options: GeneratorOptions): Generator<RecordLine> {
  const random = createRandom(options.seed);
  for (let index = 0; index < options.contacts; index += 1) {
    yield {
      object: "contact",
      id: String(1001 + index),
      properties: { email: `c${index}@example.com`, jobtitle: random.pick(["CEO", "CTO"]) },
    };
  }
}
