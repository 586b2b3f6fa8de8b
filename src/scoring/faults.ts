import type { z } from "zod";
import { isObject } from "./soft-read.ts";

/** Something wrong in a document: where (`groups[0].rules[1].where.all[2].values`, empty for the whole) and what. */
export type Fault = { readonly path: string; readonly message: string };

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

const MOST_FAULTS = 1_000;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Returns a path as text: `groups[0].points["contact-us"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (IDENTIFIER.test(String(step))) text += text === "" ? String(step) : `.${String(step)}`;
    else text += `[${JSON.stringify(String(step))}]`;
  }
  return text;
}

/** Returns the steps of a path that `formatPath` wrote. */
export function parsePath(path: string): (string | number)[] {
  const steps = path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g);
  return [...steps].map(([, index, quoted, name]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (name ?? "") : String(JSON.parse(quoted));
  });
}

/** Returns zod's issues about `input` as faults in document order, each once, at most 1,000. */
export function faultsOf(issues: readonly Issue[], input: unknown): Fault[] {
  const faults = new Map<string, Fault>();
  for (const issue of issues) {
    for (const fault of issueFaults(issue, input, [])) {
      if (faults.size < MOST_FAULTS) faults.set(`${fault.path}\n${fault.message}`, fault);
    }
  }
  return [...faults.values()];
}

function issueFaults(issue: Issue, input: unknown, base: Path): Fault[] {
  const path = [...base, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: formatPath([...path, key]), message: "unknown key" }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const meant = meantBranch(issue.errors, valueAt(input, issue.path));
    if (meant !== undefined) {
      return meant.flatMap((inner) => issueFaults(inner, valueAt(input, issue.path), path));
    }
  }
  const missing = issue.code !== "custom" && valueAt(input, issue.path) === undefined;
  return [{ path: formatPath(path), message: missing ? "required" : issue.message }];
}

/** The alternative that the writer meant: the one with the fewest unknown and missing keys, where it is alone. */
function meantBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  const ranked = branches
    .map((issues) => ({ issues, distance: distanceTo(issues, value) }))
    .sort((a, b) => a.distance - b.distance);
  const [nearest, next] = ranked;
  if (nearest === undefined || nearest.distance === Number.POSITIVE_INFINITY) return undefined;
  return nearest.distance === next?.distance ? undefined : nearest.issues;
}

function distanceTo(issues: readonly Issue[], value: unknown): number {
  let distance = 0;
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys" && issue.path.length === 0) distance += issue.keys.length;
    else distance += distanceOf(issue, value);
  }
  return distance;
}

function distanceOf(issue: Issue, value: unknown): number {
  if (issue.path.length > 1) return 0;
  if (issue.path.length === 1) return valueAt(value, issue.path) === undefined ? 1 : 0;
  return issue.code === "invalid_type" ? Number.POSITIVE_INFINITY : 1;
}

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === "number") found = found[step];
    else if (isObject(found) && Object.hasOwn(found, step)) found = found[String(step)];
    else return undefined;
  }
  return found;
}
