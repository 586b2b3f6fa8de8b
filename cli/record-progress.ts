import type { Writable } from "node:stream";

const BETWEEN_SHOWS = 200;

/** The number of records done, kept up to date on a terminal. */
export type RecordProgress = { show(records: number): void; end(): void };

/** Returns the progress line of a run; silent where the stream is no terminal. */
export function startProgress(stream: Writable): RecordProgress {
  if (!("isTTY" in stream) || stream.isTTY !== true) return { show: () => {}, end: () => {} };
  const started = performance.now();
  let shown = started;
  return {
    show: (records) => {
      const now = performance.now();
      if (now - shown < BETWEEN_SHOWS) return;
      shown = now;
      const perSecond = Math.round((records * 1000) / (now - started));
      stream.write(`\r${records.toLocaleString("en")} records, ${perSecond.toLocaleString("en")} a second `);
    },
    end: () => {
      if (shown !== started) stream.write("\r\u001B[K");
    },
  };
}
