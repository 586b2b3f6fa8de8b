// Runs every test, says what was left out and why, and ends with `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "scorekeeper-test-"));
const report = join(folder, "report.json");
const leftOutFile = join(folder, "left-out.txt");

const run = spawnSync(
  "vitest",
  ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, LEFT_OUT_FILE: leftOutFile } },
);

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
};
const counts: Report | undefined = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
const leftOut = existsSync(leftOutFile)
  ? [...new Set(readFileSync(leftOutFile, "utf8").trim().split("\n"))]
  : [];
rmSync(folder, { recursive: true, force: true });

for (const reason of leftOut) console.log(`left out: ${reason}`);
const passed = counts?.numPassedTests ?? 0;
// A run that failed without a failing test (a file that does not load, an error outside tests) still counts as one failure.
const failed = Math.max(counts?.numFailedTests ?? 0, run.status === 0 && passed > 0 ? 0 : 1);
const skipped = (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
