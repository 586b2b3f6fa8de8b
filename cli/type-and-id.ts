import { InputError } from "./session.ts";

/** Reads `TYPE/ID`, as in `contact/123`. @throws InputError for anything else. */
export function recordOf(text: string): { object: string; id: string } {
  const [object = "", id = "", ...rest] = text.split("/");
  if (object === "" || id === "" || rest.length > 0) {
    throw new InputError(`--record takes TYPE/ID, as in contact/123, not ${text}`);
  }
  return { object, id };
}
