import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process of this machine: its id, and the moment it started (as the system tells it), since ids are used again. */
export type ProcessIdentity = { readonly pid: number; readonly started: string };

function startedOnLinux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ticks] = [fields[0], fields[19]];
  if (state === "Z" || state === "X") return undefined;
  return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${ticks}`;
}

function startedElsewhere(pid: number): string | undefined {
  process.kill(pid, 0);
  if (process.platform === "win32") return "";
  return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
}

/** Returns the identity of a living process, or undefined when no such process runs. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    const started = process.platform === "linux" ? startedOnLinux(pid) : startedElsewhere(pid);
    return started === undefined ? undefined : { pid, started };
  } catch {
    return undefined;
  }
}

/** Returns the identity of this process. */
export function identifySelf(): ProcessIdentity {
  return identifyProcess(process.pid) ?? { pid: process.pid, started: "" };
}

/** Tells whether the process that was identified earlier still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.started === identity.started;
}
