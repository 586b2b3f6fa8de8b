import { type SettingsAnswer, settingsAnswerSchema } from "./settings-answer.ts";

/** HubSpot's way out of an extension: it adds the account's id and signs the call. */
export type Ask = (url: string, options: { method: "GET"; timeout: number }) => Promise<Response>;

/** The service's answer, or why there is none. */
export type Outcome =
  | { readonly kind: "settings"; readonly settings: SettingsAnswer }
  | { readonly kind: "not connected" }
  | { readonly kind: "failed" };

const TIMEOUT_MS = 10_000;

/** Asks for the account's connection and scores. Never rejects. */
export async function askSettings(ask: Ask, serviceUrl: string): Promise<Outcome> {
  try {
    const response = await ask(`${serviceUrl}/card/settings`, { method: "GET", timeout: TIMEOUT_MS });
    if (response.status === 401 || response.status === 403) return { kind: "not connected" };
    if (!response.ok) return { kind: "failed" };
    return { kind: "settings", settings: settingsAnswerSchema.parse(await response.json()) };
  } catch {
    return { kind: "failed" };
  }
}
