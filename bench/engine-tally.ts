import { clamp, fromUnits, roundUnits, toBounds, toHundredths } from "../src/scoring/points.ts";
import type { Properties, ScoredRecord } from "../src/scoring/record.ts";
import type {
  EngagementGroup,
  EventRule,
  FitGroup,
  ScoreDefinition,
} from "../src/scoring/score-definition.ts";
import { compileLabel } from "../src/scoring/score-label.ts";
import { AT } from "./engine-contacts.ts";
import type { Outcome } from "./engine-contestant.ts";

const DAY = 86_400_000;

/** A rule as the engines that only decide conditions need it; `event` is `null` for a property rule. */
export type PlainRule = {
  readonly id: string;
  readonly event: string | null;
  readonly where: EventRule["where"];
};

/** Adds up what the rules that hold give, for engines that only say which hold. */
export type Tally = {
  /** Counts an event (its time in ms) for the rule at a place of `rules`. */
  meet(place: number, time: number): void;
  /** Counts a property rule that holds. */
  hold(place: number): void;
  /** Returns the outcome, without `validUntil`, and begins anew. */
  finish(): Outcome;
};

/** Returns the rules of a definition in order. */
export function plainRules({ groups }: ScoreDefinition): PlainRule[] {
  return groups.flatMap((group) =>
    group.rules.map((rule) => ({
      id: rule.id,
      event: "event" in rule ? rule.event : null,
      where: rule.where,
    })),
  );
}

function foldProperties(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, text]) => [name, text?.trim().toLowerCase() ?? null]),
  );
}

/** Returns a record with all its texts trimmed and in lower case, for engines that cannot do it themselves. */
export function foldRecord(record: ScoredRecord): ScoredRecord {
  return {
    ...record,
    properties: foldProperties(record.properties),
    events: record.events.map((event) => ({ ...event, properties: foldProperties(event.properties) })),
  };
}

type Weights = ReturnType<typeof weigh>;

function weigh(group: EngagementGroup | FitGroup, rule: EventRule | FitGroup["rules"][number]) {
  const decay = "decay" in group ? group.decay : undefined;
  const within = "within" in rule ? rule.within : undefined;
  return {
    hundredths: toHundredths(rule.points ?? 0),
    percent: decay?.percent ?? 0,
    period: (decay?.everyDays ?? 1) * DAY,
    after: within !== undefined && "lastDays" in within ? AT - within.lastDays * DAY : -AT,
    bounds: toBounds(rule.limit),
  };
}

function shareOf({ hundredths, percent, period, after }: Weights, time: number): number {
  if (time > AT || time <= after) return 0;
  const left = 100 - percent * Math.floor((AT - time) / period);
  return left > 0 ? hundredths * left : 0;
}

/** Returns a tally of a definition. */
export function createTally(definition: ScoreDefinition): Tally {
  const weights = definition.groups.flatMap((group) => group.rules.map((rule) => weigh(group, rule)));
  const sums = new Float64Array(weights.length);
  const label = compileLabel(definition);
  return {
    meet: (place, time) => {
      const weight = weights[place];
      if (weight !== undefined) sums[place] = (sums[place] ?? 0) + shareOf(weight, time);
    },
    hold: (place) => {
      sums[place] = (weights[place]?.hundredths ?? 0) * 100;
    },
    finish: () => {
      const capped = weights.map(({ bounds }, place) => clamp(sums[place] ?? 0, bounds));
      sums.fill(0);
      const sides = sumSides(definition, capped);
      const total = clamp(sides.engagement + sides.fit, toBounds(definition.limit));
      const rounded = {
        value: roundUnits(total, definition.decimals),
        engagement: roundUnits(sides.engagement, definition.decimals),
        fit: roundUnits(sides.fit, definition.decimals),
      };
      return {
        value: fromUnits(rounded.value),
        engagement: fromUnits(rounded.engagement),
        fit: fromUnits(rounded.fit),
        threshold: label(rounded),
      };
    },
  };
}

function sumSides(definition: ScoreDefinition, capped: readonly number[]) {
  const sides = { engagement: 0, fit: 0 };
  let place = 0;
  for (const { side, limit, rules } of definition.groups) {
    const end = place + rules.length;
    let sum = 0;
    for (; place < end; place++) sum += capped[place] ?? 0;
    sides[side] += clamp(sum, toBounds(limit));
  }
  const { engagement = definition.limit, fit = definition.limit } = definition.sides ?? {};
  return {
    engagement: clamp(sides.engagement, toBounds(engagement)),
    fit: clamp(sides.fit, toBounds(fit)),
  };
}
