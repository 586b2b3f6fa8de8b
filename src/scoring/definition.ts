import { definitionProblems } from "./definition-checks.ts";
import { definitionDocument } from "./definition-schema.ts";
import { sizeFault } from "./document-size.ts";
import { type Fault, faultsOf } from "./faults.ts";
import { fillDefaults } from "./fill-defaults.ts";
import type { ScoreDefinition } from "./score-definition.ts";

export type { Fault } from "./faults.ts";
export type { ScoreDefinition } from "./score-definition.ts";

/** Returns the checked definition with every default, or all faults of the document at once. */
export function parseDefinition(
  input: unknown,
):
  | { readonly ok: true; readonly definition: ScoreDefinition }
  | { readonly ok: false; readonly faults: readonly Fault[] } {
  const tooLarge = sizeFault(input);
  if (tooLarge !== null) return { ok: false, faults: [tooLarge] };
  const parsed = definitionDocument.safeParse(input, { jitless: true });
  if (parsed.success) return { ok: true, definition: fillDefaults(parsed.data) };
  return { ok: false, faults: faultsOf([...parsed.error.issues, ...betweenParts(input)], input) };
}

/** The faults between the parts once more: zod leaves them out beside a list that is too long. */
function betweenParts(input: unknown) {
  return definitionProblems(input).map(({ path, message }) => {
    return { code: "custom" as const, path: [...path], message, input };
  });
}
