/** What a watch looks at in a worker. */
type Watched = {
  /** How many jobs wait in the queue; rejects while its server does not answer. */
  readonly waiting: () => Promise<number>;
  /** How many jobs the worker has taken so far. */
  readonly taken: () => number;
  /** Whether it could take another one. */
  readonly hasRoom: () => boolean;
  /** Called when the worker must be replaced. */
  readonly onQuiet: () => void;
};

/** How often the watch looks, and after how long without any job a worker is replaced in any case (ms). */
export type WatchTiming = { readonly lookMs: number; readonly renewMs: number };

const LOOKS = 2;

/**
 * Watches over a worker that says it runs but may wait on a connection that leads nowhere: one that twice lets jobs wait
 * though it has room, or has had none for long.
 */
export function watchWorker({ waiting, taken, hasRoom, onQuiet }: Watched, timing: WatchTiming): Disposable {
  let [seen, quietLooks, lastTakenAt] = [taken(), 0, performance.now()];
  let isLooking = false;
  const reset = (): void => {
    [seen, quietLooks, lastTakenAt] = [taken(), 0, performance.now()];
  };
  const look = async (): Promise<void> => {
    const jobs = await waiting().catch(() => undefined);
    if (taken() !== seen || !hasRoom()) return reset();
    if (jobs === undefined) return;
    quietLooks = jobs > 0 ? quietLooks + 1 : 0;
    if (quietLooks < LOOKS && performance.now() - lastTakenAt < timing.renewMs) return;
    reset();
    onQuiet();
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, timing.lookMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
