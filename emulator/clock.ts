export type Clock = {
  now(): number;
  isRunning(): boolean;
  set(instant: number): void;
  stop(): void;
  run(): void;
};

/** Returns a clock (ms since 1970) that runs in real speed from `start` and can be moved and stopped. */
export function createClock(start: number): Clock {
  let base = start;
  let since = performance.now();
  let running = true;
  const now = () => (running ? Math.floor(base + performance.now() - since) : base);
  const set = (instant: number) => {
    base = Math.floor(instant);
    since = performance.now();
  };
  return {
    now,
    isRunning: () => running,
    set,
    stop: () => {
      set(now());
      running = false;
    },
    run: () => {
      if (!running) set(base);
      running = true;
    },
  };
}
