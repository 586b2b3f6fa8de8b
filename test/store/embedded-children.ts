import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

const messageSchema = z.object({
  pid: z.number().optional(),
  owned: z.boolean().optional(),
  url: z.string().optional(),
  rows: z.array(z.unknown()).optional(),
  stopped: z.boolean().optional(),
  error: z.string().optional(),
});
type Message = z.infer<typeof messageSchema>;

/** A second process on a data folder, which answers line by line; killed on disposal. */
export type Child = Disposable & {
  readonly process: ChildProcess;
  readonly next: () => Promise<Message>;
  readonly ask: (line: string) => Promise<Message>;
};

/** Starts a process on a data folder, with the folder's server lock when a role is given. */
export function startChild(dataDir: string, role = ""): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, "embedded-child.ts"), dataDir, role], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => messageSchema.parse(JSON.parse((await lines.next()).value ?? '{"error":"ended"}'));
  return {
    process: child,
    next,
    ask(line) {
      child.stdin.write(`${line}\n`);
      return next();
    },
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}

/** Returns a new folder that an ordinary user can reach; removed on disposal. */
export function createFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "scorekeeper-embedded-"));
  chmodSync(path, 0o711);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
