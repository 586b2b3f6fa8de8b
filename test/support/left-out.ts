import { appendFileSync } from "node:fs";
import { inject } from "vitest";

/** Says in the run's last lines that tests were left out, and why (one line). */
export function leftOut(reason: string): void {
  const file = inject("leftOutFile");
  if (file) appendFileSync(file, `${reason}\n`);
}
