import { type DefinitionGroup, type DefinitionRule, ownValue, sameValue } from "./diff-values.ts";
import {
  associatedWords,
  conditionWords,
  frequencyWords,
  limitWords,
  plainWords,
  pointsWords,
  timeframeWords,
} from "./diff-words.ts";
import type { ScoreDefinition } from "./score-definition.ts";
import { asObject, isObject } from "./soft-read.ts";
import type { Ladder } from "./threshold-schema.ts";

/** One side of a score's, group's or rule's property: its value, that in words, and how a change of it is told. */
export type Aspect = {
  readonly key: string;
  readonly value: unknown;
  readonly noun: string;
  readonly words: string;
  readonly describe: (before: Aspect, after: Aspect) => readonly string[];
};

type Wording = { readonly noun?: string; readonly none?: string; readonly unit?: string };

function aspect<Value>(
  key: string,
  value: Value | undefined,
  words: (value: Value) => string,
  { noun = key, none = "none", unit = "" }: Wording = {},
): Aspect {
  const name = noun === "" ? "" : `${noun} `;
  return {
    ...{ key, value, noun, words: value === undefined ? none : words(value) },
    describe: (before, after) => [`${name}${changedWords(before, after)}${unit}`],
  };
}

/** Words that read alike for different values give way to the values themselves. */
function changedWords(before: Aspect, after: Aspect): string {
  if (before.words !== after.words) return `${before.words} → ${after.words}`;
  return `${JSON.stringify(before.value) ?? "none"} → ${JSON.stringify(after.value) ?? "none"}`;
}

function plain(value: string): string {
  return value;
}

function onOff(value: boolean): string {
  return value ? "on" : "off";
}

/** Returns what a score has beside its groups. */
export function aspectsOfScore(score: ScoreDefinition): readonly Aspect[] {
  const { property, records, hysteresis } = score;
  return [
    aspect("name", score.name, plain),
    aspect("object", score.object, plain, { noun: "scored object" }),
    aspect("type", score.type, plain),
    aspect("limit", score.limit, limitWords),
    aspect("sides.engagement", score.sides?.engagement, limitWords, { noun: "engagement limit" }),
    aspect("sides.fit", score.sides?.fit, limitWords, { noun: "fit limit" }),
    aspect("decimals", score.decimals, String),
    aspect("outOfScope", score.outOfScope, plain, { noun: "value of a record that leaves the scope:" }),
    aspect("associated", score.associated, associatedWords, { noun: "events of associated records:" }),
    aspect("records", records, scopeWords, { noun: "scored records:" }),
    aspect("property.name", property.name, plain, { noun: "property name" }),
    aspect("property.label", property.label, plain, { noun: "property label" }),
    aspect("property.description", property.description, quoted, { noun: "property description" }),
    aspect("property.group", property.group, plain, { noun: "property group" }),
    ...Object.entries({
      threshold: "label",
      engagement: "engagement",
      fit: "fit",
      reset_at: "last reset",
    }).map(([key, noun]) =>
      aspect(`property.names.${key}`, textAt(property.names, key), plain, { noun: `${noun} property name` }),
    ),
    ...ladderAspects(score),
    aspect(
      "hysteresis",
      hysteresis,
      ({ points, hours }) => `${pointsWords(points)} points or ${hours} hours`,
      {
        noun: "a label is held for",
      },
    ),
  ];
}

function ladderAspects({ thresholds }: ScoreDefinition): Aspect[] {
  const perSide = thresholds !== undefined && "fit" in thresholds;
  return [
    aspect("thresholds", perSide ? undefined : thresholds, ladderWords, { noun: "labels:" }),
    aspect("thresholds.fit", perSide ? thresholds.fit : undefined, ladderWords, { noun: "fit labels:" }),
    aspect("thresholds.engagement", perSide ? thresholds.engagement : undefined, ladderWords, {
      noun: "engagement labels:",
    }),
  ];
}

/** Returns what a group has beside its name and rules. */
export function aspectsOfGroup(group: DefinitionGroup): readonly Aspect[] {
  const decay = "decay" in group ? group.decay : undefined;
  return [
    aspect("side", group.side, plain),
    aspect("limit", group.limit, limitWords),
    aspect("decay", decay, ({ percent, everyDays }) => `${percent}% every ${everyDays} days`),
  ];
}

/** Returns what a rule has beside its id and name. */
export function aspectsOfRule(rule: DefinitionRule): readonly Aspect[] {
  const isEvent = "event" in rule;
  const event = isEvent ? rule : undefined;
  return [
    {
      ...aspect("enabled", rule.enabled, onOff),
      describe: (_, { value }) => [value === true ? "enabled" : "disabled"],
    },
    aspect("event", event?.event, plainWords),
    { ...aspect("points", rule.points, pointsWords), describe: describePoints },
    { ...aspect("values", rule.values, () => "points by value"), describe: describeValues },
    aspect("frequency", event?.frequency, frequencyWords, { noun: "points by frequency:" }),
    aspect("count", event?.count, (count) => (count === "once" ? "the latest event once" : "every event"), {
      noun: "counts",
    }),
    aspect("where", rule.where, conditionWords, { noun: "condition:", none: "no condition" }),
    aspect("within", event?.within, timeframeWords, { noun: "timeframe:", none: "always" }),
    aspect("limit", rule.limit, limitWords),
    aspect("associated", rule.associated, associatedWords, { noun: "associated records:" }),
  ];
}

function describePoints(before: Aspect, after: Aspect): string[] {
  if (after.value === undefined) return [`no longer ${before.words} points each`];
  if (before.value === undefined) return [`${after.words} points each`];
  return [`${before.words} → ${after.words} points`];
}

/** Points by value change value by value. */
function describeValues(before: Aspect, after: Aspect): string[] {
  const texts: string[] = [];
  for (const key of ["property", "match", "otherwise"]) {
    const [former, present] = [ownValue(before.value, key), ownValue(after.value, key)];
    if (!sameValue(former, present))
      texts.push(`points by value: ${key} ${shown(former)} → ${shown(present)}`);
  }
  const [former, present] = [before.value, after.value].map((value) => asObject(ownValue(value, "points")));
  for (const value of new Set([...Object.keys(former ?? {}), ...Object.keys(present ?? {})])) {
    const [from, to] = [ownValue(former, value), ownValue(present, value)];
    if (!sameValue(from, to)) texts.push(`${value} ${shown(from)} → ${shown(to)} points`);
  }
  return texts;
}

function shown(value: unknown): string {
  if (value === undefined) return "none";
  return typeof value === "number" ? pointsWords(value) : String(value);
}

function scopeWords({ mode, lists }: ScoreDefinition["records"]): string {
  if (mode === "only") return `only members of lists ${lists.join(", ")}`;
  return lists.length === 0 ? "all" : `all but members of lists ${lists.join(", ")}`;
}

function ladderWords(ladder: Ladder): string {
  return ladder
    .map(({ label, from, color }) => {
      const start = from === undefined ? "below" : `from ${pointsWords(from)}`;
      return `${label} ${start}${color === undefined ? "" : ` (${color.toLowerCase()})`}`;
    })
    .join(", ");
}

function textAt(object: unknown, key: string): string | undefined {
  const value = isObject(object) ? ownValue(object, key) : undefined;
  return typeof value === "string" ? value : undefined;
}

function quoted(text: string): string {
  return text === "" ? "none" : `“${text}”`;
}
