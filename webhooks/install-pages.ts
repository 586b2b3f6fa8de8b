/** A page for the admin who installs the app. */
export type InstallPage = { readonly status: number; readonly title: string; readonly text: string };

/** Every page of the installation, by what happened. */
export const INSTALL_PAGES = {
  connected: {
    status: 200,
    title: "Your HubSpot account is connected",
    text: "Scorekeeper now finds out what the account allows, makes the properties of its scores, reads the history and scores every record. You can close this page.",
  },
  reconnected: {
    status: 200,
    title: "Your HubSpot account is connected again",
    text: "Its scores are taken up where they were: properties are checked, what changed meanwhile is read, and every record is scored. You can close this page.",
  },
  denied: {
    status: 403,
    title: "The app was not installed",
    text: "HubSpot says that the request was declined. Nothing was connected. To install the app after all, begin again; a super admin, or a user who may install apps, must agree.",
  },
  refused: {
    status: 400,
    title: "HubSpot refused the installation",
    text: "Nothing was connected. Begin again; if that does not help, the operator of this service should compare the app's id, secret and redirect URL with HubSpot's.",
  },
  expired: {
    status: 400,
    title: "This installation took too long",
    text: "An installation must be finished within ten minutes. Nothing was connected: begin again.",
  },
  used: {
    status: 400,
    title: "This installation is finished already",
    text: "The address was used before and works only once. To connect another account, or this one again, begin again.",
  },
  other_browser: {
    status: 400,
    title: "This installation began in another browser",
    text: "It must be finished where it began, with cookies allowed. Nothing was connected: begin again in this browser.",
  },
  forged: {
    status: 400,
    title: "This installation did not begin here",
    text: "The address was not made by this service, or was changed on its way. Nothing was connected: begin again.",
  },
  missing_scopes: {
    status: 403,
    title: "The app needs more permissions",
    text: "HubSpot did not grant all that scoring needs. Nothing was connected: begin again and allow every required permission.",
  },
  unavailable: {
    status: 503,
    title: "HubSpot cannot be reached at the moment",
    text: "Nothing was connected. Wait a minute, then begin again.",
  },
} as const satisfies Record<string, InstallPage>;

/** The name of a page. */
export type InstallOutcome = keyof typeof INSTALL_PAGES;

/** Returns a text that HTML shows as it is. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE =
  "body{font:17px/1.6 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.5rem;color-scheme:light dark}h1{font-size:1.5rem;line-height:1.25}";

/** Returns a page's HTML; `detail` names what it is about, and where there is a way to begin again, it is linked. */
export function installPage(outcome: InstallOutcome, detail?: string): string {
  const { status, title, text } = INSTALL_PAGES[outcome];
  const named = detail === undefined ? "" : `<p><strong>${escaped(detail)}</strong></p>`;
  const again = status === 200 ? "" : '<p><a href="install">Begin again</a></p>';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style><main><h1>${escaped(title)}</h1>${named}<p>${escaped(text)}</p>${again}</main></html>`;
}
