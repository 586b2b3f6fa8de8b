import { type EmulatorOptions, startEmulator } from "../../emulator/start-emulator.ts";

export type Reply = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** Starts an emulator with the given records and returns it with a caller that carries the token. */
export async function emulatedPortal(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ data: [], ...options });
  const call = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const answer = await fetch(`${emulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${emulator.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
  return {
    emulator,
    portal: emulator.portal,
    call,
    get: (path: string) => call("GET", path),
    post: (path: string, body?: unknown) => call("POST", path, body),
    [Symbol.asyncDispose]: () => emulator[Symbol.asyncDispose](),
  };
}

/** Returns contacts with ids from 1 on. */
export function contacts(count: number, properties: { [name: string]: string } = {}) {
  return Array.from({ length: count }, (_, index) => ({
    object: "contact",
    id: String(index + 1),
    properties: { email: `person${index + 1}@mail.example`, ...properties },
  }));
}

export const CONTACTS = "/crm/objects/2026-09/contacts";
