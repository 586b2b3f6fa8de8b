import type { PropertyCondition } from "./condition-schema.ts";
import { foldText, readNumber, readOptions } from "./text.ts";

type Judge = (text: string) => boolean;

/** Returns what a text, equality or enumeration operator says of a known text. */
export function compileTextJudge(leaf: PropertyCondition): Judge {
  const whenUnknown = leaf.includeUnknown === true;
  const values = leaf.values ?? [];
  const wanted = [...new Set(values.map((value) => foldText(String(value))))];
  const foldedAny = (holds: (text: string, value: string) => boolean): Judge => {
    return (text) => {
      const folded = foldText(text);
      return wanted.some((value) => holds(folded, value));
    };
  };
  switch (leaf.operator) {
    case "IS_EQUAL_TO":
      return compileEquality(values);
    case "IS_NOT_EQUAL_TO":
      return negate(compileEquality(values));
    case "CONTAINS":
      return foldedAny((text, value) => text.includes(value));
    case "DOES_NOT_CONTAIN":
      return negate(foldedAny((text, value) => text.includes(value)));
    case "STARTS_WITH":
      return foldedAny((text, value) => text.startsWith(value));
    case "ENDS_WITH":
      return foldedAny((text, value) => text.endsWith(value));
    default:
      return compileOptions(leaf.operator, wanted, whenUnknown);
  }
}

function compileEquality(values: readonly (string | number)[]): Judge {
  const texts = new Set(values.filter((value) => typeof value === "string").map(foldText));
  const numbers = new Set(values.filter((value) => typeof value === "number"));
  return (text) => {
    if (texts.has(foldText(text))) return true;
    const number = numbers.size === 0 ? null : readNumber(text);
    return number !== null && numbers.has(number);
  };
}

function compileOptions(operator: string, wanted: readonly string[], whenUnknown: boolean): Judge {
  const holdsAny = (options: readonly string[]) => options.some((option) => wanted.includes(option));
  const holdsAll = (options: readonly string[]) => wanted.every((value) => options.includes(value));
  const isExactly = (options: readonly string[]) =>
    holdsAll(options) && options.every((option) => wanted.includes(option));
  const tests: { readonly [operator: string]: (options: readonly string[]) => boolean } = {
    IS_ANY_OF: holdsAny,
    IS_NONE_OF: (options) => !holdsAny(options),
    IS_EXACTLY: isExactly,
    IS_NOT_EXACTLY: (options) => !isExactly(options),
    CONTAINS_ALL: holdsAll,
    DOES_NOT_CONTAIN_ALL: (options) => !holdsAll(options),
  };
  const test = tests[operator] ?? holdsAny;
  return (text) => {
    const options = readOptions(text);
    return options.length === 0 ? whenUnknown : test(options);
  };
}

function negate(judge: Judge): Judge {
  return (text) => !judge(text);
}
