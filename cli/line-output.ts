import type { Writable } from "node:stream";

const CHUNK = 64 * 1024;

/** Lines on their way to a stream that may be slow, or be closed by its reader. */
export type LineOutput = {
  /** Whether the reader has gone: nothing more need be written. */
  isClosed(): boolean;
  /** Takes a line; it is written with others. */
  add(line: string): void;
  /** Whether enough has gathered to be written. */
  isFull(): boolean;
  /** Writes what has gathered, and waits until the stream takes more. */
  flush(): Promise<void>;
};

/** Returns a line output over a stream, with back-pressure. */
export function createLineOutput(stream: Writable): LineOutput {
  let gathered = "";
  let closed = false;
  const close = () => {
    closed = true;
  };
  stream.once("error", close);
  stream.once("close", close);
  const flush = async () => {
    const text = gathered;
    gathered = "";
    if (text === "" || closed) return;
    await new Promise<void>((resolve) => stream.write(text, () => resolve()));
  };
  return {
    isClosed: () => closed,
    add: (line) => {
      gathered += `${line}\n`;
    },
    isFull: () => gathered.length >= CHUNK,
    flush,
  };
}
