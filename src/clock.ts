import { z } from "zod";

/** The service's time. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Whether time passes; a stopped clock belongs to an emulator. */
  isRunning(): boolean;
  close(): void;
};

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now(), isRunning: () => true, close: () => {} };

const POLL_MS = 100;
const answer = z.object({ now: z.string(), running: z.boolean() });

type Reading = { readonly at: number; readonly running: boolean; readonly readAt: number };

async function readClock(url: string): Promise<Reading> {
  const before = performance.now();
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const { now, running } = answer.parse(await response.json());
  return { at: Date.parse(now), running, readAt: (before + performance.now()) / 2 };
}

/** The clock that CLOCK_URL names does not answer as one. */
class ClockError extends Error {
  override name = "ClockError";
  readonly code = "clock_unusable";
  constructor(url: string, options: ErrorOptions) {
    super(
      `CLOCK_URL: ${url} does not answer { "now", "running" }: it is the emulator's address followed by /__clock`,
      options,
    );
  }
}

/** A clock that follows the one at `url` (`GET` answers `{ now, running }`), read ten times a second. */
export async function remoteClock(url: string): Promise<Clock> {
  let reading = await readClock(url).catch((error: unknown) => {
    throw new ClockError(url, { cause: error });
  });
  let isOpen = true;
  let timer: NodeJS.Timeout | undefined;
  const follow = async (): Promise<void> => {
    reading = await readClock(url).catch(() => reading);
    if (isOpen) timer = setTimeout(() => void follow(), POLL_MS).unref();
  };
  timer = setTimeout(() => void follow(), POLL_MS).unref();
  return {
    now: () => Math.round(reading.at + (reading.running ? performance.now() - reading.readAt : 0)),
    isRunning: () => reading.running,
    close: () => {
      isOpen = false;
      clearTimeout(timer);
    },
  };
}
