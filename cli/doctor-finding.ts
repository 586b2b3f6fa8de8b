/** What one check found; `cure` says what to do where something is not as it should be. */
export type Finding = {
  readonly check: string;
  readonly status: "ok" | "warning" | "fault";
  readonly text: string;
  readonly cure?: string;
};

/** A finding that all is well. */
export function ok(check: string, text: string): Finding {
  return { check, status: "ok", text };
}

/** A finding that something works, but should be otherwise, or cannot be told. */
export function warning(check: string, text: string, cure?: string): Finding {
  return { check, status: "warning", text, ...(cure !== undefined && { cure }) };
}

/** A finding that something does not work. */
export function fault(check: string, text: string, cure: string): Finding {
  return { check, status: "fault", text, cure };
}

/** The words of an error, of its parts where it has none of its own. */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(wordsOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** Runs a check; one that throws is a fault of its own, with this cure. */
export async function guarded(
  check: string,
  cure: string,
  work: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await work();
  } catch (error) {
    return [fault(check, wordsOf(error), cure)];
  }
}
