import { randomUUID } from "node:crypto";
import type { ValueFault } from "../portal/property-values.ts";

export type ErrorDetail = {
  readonly message: string;
  readonly code?: string;
  readonly in?: string;
  readonly context?: { readonly [name: string]: readonly string[] };
};
type ErrorBody = {
  readonly message: string;
  readonly category: string;
  readonly subCategory?: string;
  readonly errors?: readonly ErrorDetail[];
  readonly context?: { readonly [name: string]: readonly string[] };
};

/** A refusal in HubSpot's error shape; any route may throw it. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = { status: "error", correlationId: randomUUID(), ...body };
  }
}

/** Returns a 400 for a request that cannot be read. */
export function invalidRequest(message: string, errors: readonly ErrorDetail[] = []): ApiError {
  return new ApiError(400, { message, category: "VALIDATION_ERROR", errors });
}

/** Returns a 404 for something that the portal does not hold. */
export function notFound(message: string, context: ErrorBody["context"] = {}): ApiError {
  return new ApiError(404, { message, category: "OBJECT_NOT_FOUND", context });
}

/** Returns a 409 for something that exists already. */
export function conflict(message: string, subCategory?: string): ApiError {
  return new ApiError(409, { message, category: "CONFLICT", ...(subCategory ? { subCategory } : {}) });
}

/** Returns the 400 for property values that a record cannot take. */
export function invalidValues(faults: readonly ValueFault[]): ApiError {
  return new ApiError(400, describeFaults(faults));
}

/** Returns HubSpot's description of refused property values. */
export function describeFaults(faults: readonly ValueFault[]): ErrorBody {
  const listed = faults.map(({ property, code, message }) => ({
    isValid: false,
    message,
    error: code,
    name: property,
    localizedErrorMessage: message,
  }));
  return {
    message: `Property values were not valid: ${JSON.stringify(listed)}`,
    category: "VALIDATION_ERROR",
    errors: faults.map(({ property, code, message }) => ({
      message,
      code,
      context: { propertyName: [property] },
    })),
  };
}
