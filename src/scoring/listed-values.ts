import { propertyReader } from "./property-reader.ts";
import type { Properties } from "./record.ts";
import { remember } from "./remember.ts";
import { foldText, readOptions } from "./text.ts";

/** The listed values of a rule: their points, and the positions of those that a property holds. */
export type ListedValues = {
  readonly points: readonly number[];
  readonly heldIn: (properties: Properties) => readonly number[];
};

type Values = {
  readonly property: string;
  readonly match: "equals" | "contains" | "starts_with";
  readonly points: { readonly [value: string]: number };
};

const NONE: readonly number[] = [];

/** Returns the look-up of a rule's listed values, their points scaled; `null` where there are none. */
export function compileListedValues(
  values: Values | undefined,
  scale: (points: number) => number,
): ListedValues | null {
  if (values === undefined) return null;
  const { match, points } = values;
  const keys = Object.keys(points).map(foldText);
  const heldBy = remember(match === "equals" ? optionFinder(keys) : textFinder(keys, match));
  const read = propertyReader(values.property);
  return {
    points: Object.values(points).map(scale),
    heldIn: (properties) => {
      const text = read(properties);
      return text ? heldBy(text) : NONE;
    },
  };
}

function optionFinder(keys: readonly string[]): (text: string) => readonly number[] {
  const positions = new Map(keys.map((key, position) => [key, position]));
  return (text) => {
    const held = new Set<number>();
    for (const option of readOptions(text)) {
      const position = positions.get(option);
      if (position !== undefined) held.add(position);
    }
    return [...held];
  };
}

function textFinder(
  keys: readonly string[],
  match: "contains" | "starts_with",
): (text: string) => readonly number[] {
  return (text) => {
    const folded = foldText(text);
    return [...keys.keys()].filter((position) => {
      const key = keys[position] ?? "";
      return match === "contains" ? folded.includes(key) : folded.startsWith(key);
    });
  };
}
