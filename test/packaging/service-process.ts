import { spawn } from "node:child_process";
import { once } from "node:events";

/** A service that runs as a process of its own; disposing it kills it. */
export type ServiceProcess = AsyncDisposable & {
  /** What it has written so far, to either stream. */
  output(): string;
  /** Its exit status, once it has ended. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
};

export type Env = { readonly [name: string]: string };

/** Starts Node in a folder with nothing but this environment. */
export function startNode(folder: string, args: readonly string[], env: Env): ServiceProcess {
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = once(child, "close").then(() => child.exitCode);
  return {
    output: () => output,
    ended,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Returns the status and the JSON body of an operators' route, or undefined where nothing answers. */
export async function ask(
  port: number,
  route: string,
): Promise<{ status: number; body: unknown } | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${route}`);
    return { status: response.status, body: await response.json() };
  } catch {
    return undefined;
  }
}
