import { AsyncLocalStorage } from "node:async_hooks";

const signals = new AsyncLocalStorage<AbortSignal>();
let wrapped: typeof fetch | undefined;

/**
 * Runs work whose calls to the global `fetch` are aborted by the signal.
 * HubSpot's SDK passes no signal on, so the global `fetch` is wrapped once; callers outside see no change.
 */
export function withAbortSignal<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  wrapGlobalFetch();
  return signals.run(signal, work);
}

function wrapGlobalFetch(): void {
  if (globalThis.fetch === wrapped) return;
  const original = globalThis.fetch;
  wrapped = (input, init) => {
    const signal = signals.getStore();
    return original(input, signal === undefined ? init : { ...init, signal });
  };
  globalThis.fetch = wrapped;
}
