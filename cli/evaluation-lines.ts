import type { CompiledScore, Evaluation, Explanation } from "../src/scoring/evaluate.ts";
import { parseRecord, recordForScore } from "../src/scoring/parse-record.ts";

/** How to evaluate each record. */
export type LineSettings = {
  readonly scores: readonly CompiledScore[];
  readonly at: number;
  readonly explain: boolean;
};

/** Adds to `output` a JSON line for each score of the record's object type, and returns what is wrong with the record, or `null`. */
export function evaluateLine(
  text: string,
  { scores, at, explain }: LineSettings,
  output: { add(line: string): void },
): string | null {
  if (text.trim() === "") return null;
  const json = parseJson(text);
  if (json === undefined) return "$: is not JSON";
  const parsed = parseRecord(json);
  if (!parsed.ok) return parsed.faults.map(({ path, message }) => `${path || "$"}: ${message}`).join("; ");
  for (const score of scores) {
    if (score.definition.object !== parsed.record.object) continue;
    const record = recordForScore(parsed.record, score.definition.name);
    const outcome = explain ? score.explain(record, at) : score.evaluate(record, at);
    output.add(JSON.stringify(evaluationLine(record.id, score.definition.name, outcome)));
  }
  return null;
}

function evaluationLine(id: string, score: string, outcome: Evaluation | Explanation) {
  const { validUntil } = outcome;
  return {
    id,
    score,
    ...outcome,
    validUntil: validUntil === null ? null : new Date(validUntil).toISOString(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
