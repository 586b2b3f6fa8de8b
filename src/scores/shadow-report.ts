import type { Evaluation } from "../scoring/evaluation.ts";

/** What a score gives a record: the written parts of an evaluation. */
type Outcome = Pick<Evaluation, "value" | "engagement" | "fit" | "threshold">;

type Move = { readonly id: string; readonly before: number; readonly after: number };
type Bucket = {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly planned: number;
};

/** How a definition would value the records compared with what they have now. */
export type ShadowReport = {
  readonly records: number;
  readonly inScope: number;
  readonly changedValues: number;
  readonly changedLabels: number;
  readonly labels: readonly { readonly label: string; readonly now: number; readonly planned: number }[];
  readonly labelMoves: readonly { readonly from: string; readonly to: string; readonly records: number }[];
  readonly histogram: readonly Bucket[];
  readonly risers: readonly Move[];
  readonly fallers: readonly Move[];
  /** Records whose values would have to be written. */
  readonly writes: number;
};

const EXTREMES = 10;
const BUCKETS = 10;

/** Gathers records one by one; the report at the end needs memory for counts and extremes only. */
export type ShadowTally = {
  add(id: string, now: Outcome | undefined, planned: Evaluation): void;
  report(): ShadowReport;
};

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function differs(now: Outcome | undefined, planned: Outcome): boolean {
  return (
    now === undefined ||
    now.value !== planned.value ||
    now.engagement !== planned.engagement ||
    now.fit !== planned.fit ||
    now.threshold !== planned.threshold
  );
}

function keepExtreme(moves: Move[], move: Move, sign: 1 | -1): void {
  const size = (one: Move): number => sign * (one.after - one.before);
  if (size(move) <= 0) return;
  moves.push(move);
  moves.sort((a, b) => size(b) - size(a) || (a.id < b.id ? -1 : 1));
  if (moves.length > EXTREMES) moves.pop();
}

/** A tally for a score with these labels (in order) and this limit. */
export function createShadowTally(
  labels: readonly string[],
  limit: { readonly min: number; readonly max: number },
): ShadowTally {
  const labelsNow = new Map<string, number>();
  const labelsThen = new Map<string, number>();
  const moves = new Map<string, number>();
  const buckets = Array.from({ length: BUCKETS }, () => ({ now: 0, planned: 0 }));
  const risers: Move[] = [];
  const fallers: Move[] = [];
  const sums = { records: 0, inScope: 0, changedValues: 0, writes: 0 };
  const width = (limit.max - limit.min) / BUCKETS;
  const bucketOf = (value: number) =>
    buckets[Math.max(0, Math.min(BUCKETS - 1, Math.floor((value - limit.min) / width)))];

  const addLabels = (before: string | null, after: string | null): void => {
    if (before !== null) count(labelsNow, before);
    if (after !== null) count(labelsThen, after);
    if (before !== null && after !== null && before !== after) count(moves, JSON.stringify([before, after]));
  };
  const addValues = (id: string, before: number | null, after: number | null): void => {
    const nowBucket = before === null ? undefined : bucketOf(before);
    const thenBucket = after === null ? undefined : bucketOf(after);
    if (nowBucket) nowBucket.now++;
    if (thenBucket) thenBucket.planned++;
    if (before === null || after === null || before === after) return;
    sums.changedValues++;
    keepExtreme(risers, { id, before, after }, 1);
    keepExtreme(fallers, { id, before, after }, -1);
  };

  return {
    add(id, now, planned) {
      sums.records++;
      if (!planned.inScope) return;
      sums.inScope++;
      if (differs(now, planned)) sums.writes++;
      addLabels(now?.threshold ?? null, planned.threshold);
      addValues(id, now?.value ?? null, planned.value);
    },
    report() {
      const known = [...new Set([...labels, ...labelsNow.keys()])];
      const labelMoves = [...moves].map(([key, records]) => {
        const [from, to]: [string, string] = JSON.parse(key);
        return { from, to, records };
      });
      return {
        ...sums,
        changedLabels: labelMoves.reduce((sum, move) => sum + move.records, 0),
        labels: known.map((label) => ({
          label,
          now: labelsNow.get(label) ?? 0,
          planned: labelsThen.get(label) ?? 0,
        })),
        labelMoves: labelMoves.sort((a, b) => b.records - a.records),
        histogram: buckets.map((bucket, index) => ({
          from: limit.min + index * width,
          to: limit.min + (index + 1) * width,
          ...bucket,
        })),
        risers,
        fallers,
      };
    },
  };
}

/**
 * The half-width of Wilson's 95 % interval of a share of `share` seen in a sample of n out of N (finite population): also
 * what no record of the sample showed may be somewhere.
 */
export function sharePrecision(share: number, sample: number, population: number): number {
  if (sample === 0 || population <= 1) return 0;
  const correction = Math.max(0, (population - sample) / (population - 1));
  if (correction === 0) return 0;
  const [n, z] = [sample / correction, 1.96];
  return (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
}
