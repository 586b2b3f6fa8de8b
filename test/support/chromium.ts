import { spawnSync } from "node:child_process";
import { type Browser, chromium } from "playwright-core";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/** Chromium asks hosts of its maker in the background; where those cannot be reached, it holds up the page's own calls. */
const QUIET = [
  ...["--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--disable-gpu"],
];

function findProgram(): string | undefined {
  const paths = PROGRAMS.map((name) => spawnSync("which", [name], { encoding: "utf8" }).stdout?.trim());
  return paths.find((path) => path);
}

/** Returns a real browser without a window, or undefined where the machine has none. */
export async function openChromium(): Promise<(Browser & AsyncDisposable) | undefined> {
  const executablePath = findProgram();
  if (!executablePath) return undefined;
  // Chromium refuses its sandbox to root.
  const args = process.getuid?.() === 0 ? [...QUIET, "--no-sandbox"] : QUIET;
  return chromium.launch({ executablePath, args });
}
