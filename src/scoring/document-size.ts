import { type Fault, formatPath } from "./faults.ts";
import { asList, asObject } from "./soft-read.ts";

/** The most bytes that a definition may have. */
export const MOST_BYTES = 1_048_576;
const DEEPEST = 64;
const MOST_RULES_READ = 1_000;

type Visit = {
  readonly value: unknown;
  readonly key: PropertyKey;
  readonly parent: Visit | null;
  readonly depth: number;
};

/** Returns the fault of a document too large or too deep to be read at all; works without recursion. */
export function sizeFault(input: unknown): Fault | null {
  const waiting: Visit[] = [{ value: input, key: "", parent: null, depth: 0 }];
  let bytes = 0;
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    if (visit.depth > DEEPEST) {
      return {
        path: formatPath(pathOf(visit).slice(0, 8)),
        message: `is nested more than ${DEEPEST} levels deep`,
      };
    }
    bytes += bytesOf(visit.value);
    if (bytes > MOST_BYTES) return { path: "", message: `must have at most ${MOST_BYTES} bytes` };
    if (typeof visit.value === "object" && visit.value !== null) {
      bytes += enqueueChildren(visit.value, visit, waiting);
    }
  }
  return rulesFault(input);
}

function enqueueChildren(value: object, parent: Visit, waiting: Visit[]): number {
  let bytes = 0;
  const depth = parent.depth + 1;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    for (const [key, item] of items.entries()) waiting.push({ value: item, key, parent, depth });
    return items.length;
  }
  for (const [key, child] of Object.entries(value)) {
    bytes += utf8Length(key) + 4;
    waiting.push({ value: child, key, parent, depth });
  }
  return bytes;
}

function bytesOf(value: unknown): number {
  if (typeof value === "string") return utf8Length(value) + 2;
  return typeof value === "object" && value !== null ? 1 : String(value).length;
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

function rulesFault(input: unknown): Fault | null {
  let rules = 0;
  for (const group of asList(asObject(input)["groups"])) rules += asList(asObject(group)["rules"]).length;
  return rules > MOST_RULES_READ
    ? { path: "groups", message: `has ${rules} rules; 500 in all are allowed` }
    : null;
}

function pathOf(visit: Visit): PropertyKey[] {
  const path: PropertyKey[] = [];
  for (let step: Visit | null = visit; step?.parent; step = step.parent) path.unshift(step.key);
  return path;
}
