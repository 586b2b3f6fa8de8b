/** The fields that an app's consent link carries. */
export type ConsentRequest = {
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly scope: string;
  readonly optional_scope?: string;
  readonly state?: string;
  readonly code_challenge?: string;
  readonly code_challenge_method?: string;
};

/** Presses a button on HubSpot's consent page for a portal and returns the address that the browser is sent to. */
export async function decide(
  emulatorUrl: string,
  portal: number,
  request: ConsentRequest,
  decision: "grant" | "cancel" = "grant",
): Promise<URL> {
  const answer = await fetch(`${emulatorUrl}/oauth/authorize`, {
    method: "POST",
    body: new URLSearchParams({ ...request, portal: String(portal), decision }),
    redirect: "manual",
  });
  const text = await answer.text();
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`no way back: ${answer.status} ${text}`);
  return new URL(location);
}
