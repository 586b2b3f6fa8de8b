/** Bounds how many calls of one portal are worked on at once. */
export type PortalLanes = {
  /** Runs the work, or returns undefined at once where the portal's lanes are all taken. */
  run<T>(portal: string, work: () => Promise<T>): Promise<T | undefined>;
};

/** Returns lanes of which each portal has `most`. */
export function createPortalLanes(most: number): PortalLanes {
  const taken = new Map<string, number>();
  const leave = (portal: string): void => {
    const left = (taken.get(portal) ?? 1) - 1;
    if (left === 0) taken.delete(portal);
    else taken.set(portal, left);
  };
  return {
    async run(portal, work) {
      const busy = taken.get(portal) ?? 0;
      if (busy >= most) return undefined;
      taken.set(portal, busy + 1);
      try {
        return await work();
      } finally {
        leave(portal);
      }
    },
  };
}
