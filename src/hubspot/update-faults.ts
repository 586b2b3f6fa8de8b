import type { ErrorBody } from "./error-body.ts";
import { problemsOf } from "./error-body.ts";
import type { HubSpotError, Problem } from "./hubspot-error.ts";

/** Why some updates of a batch failed: the records named, or a property that no record can be given. */
export type Fault = {
  readonly gone: boolean;
  readonly reason: string;
  readonly ids: readonly string[];
  readonly properties: readonly string[];
};

// Faults of the property itself: they hold for every record, whatever its value.
const propertyCodes = new Set(["PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"]);

/** Returns the fault that one of the `errors` of a batch answer describes. */
export function faultOfBatchError(error: ErrorBody): Fault {
  return faultOf(error.category, problemsOf(error));
}

/** Returns the fault that made HubSpot refuse a batch as a whole. */
export function faultOfRefusal(error: HubSpotError): Fault {
  const fault = faultOf(error.category, error.problems ?? []);
  return error.status === 404 ? { ...fault, gone: true } : fault;
}

function faultOf(category: string | undefined, problems: readonly Problem[]): Fault {
  const named = problems.map((problem) => [problem.code, ...problem.properties].join(" "));
  const reasons = category === undefined || named.length > 0 ? named : [category];
  return {
    gone: category === "OBJECT_NOT_FOUND",
    reason: [...new Set(reasons)].join(", ") || "UNKNOWN",
    ids: problems.flatMap((problem) => problem.ids),
    properties: problems
      .filter((problem) => propertyCodes.has(problem.code) && problem.ids.length === 0)
      .flatMap((problem) => problem.properties),
  };
}
