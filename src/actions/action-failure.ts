import type { Outputs } from "../store/action-callbacks.ts";

/** Why an action cannot be done, in the words that the project's execution rules look for. */
export type FailureCode =
  | "UNKNOWN_SCORE"
  | "RECORD_NOT_FOUND"
  | "SCORE_OFF"
  | "WRONG_OBJECT"
  | "INVALID_INPUT";

/** An action that cannot be done, now or ever: the workflow goes on and its history tells why. */
export class ActionFailure extends Error {
  override readonly name = "ActionFailure";
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Returns what the workflow is told of a failure. */
export function failureOutputs({ code, message }: ActionFailure): Outputs {
  return { hs_execution_state: "FAIL_CONTINUE", error_code: code, error_message: message };
}
