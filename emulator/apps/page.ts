import type { Answer } from "../http/answer.ts";

/** Returns a text that HTML shows as it is. */
export function escaped(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Returns a page with this title and body (HTML). */
export function page(title: string, body: string, status = 200): Answer {
  const style =
    "body{font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}td,th{padding:.3rem .8rem;text-align:left}button{font:inherit}";
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style><h1>${escaped(title)}</h1>${body}</html>`;
  return { status, text };
}

/** Returns an answer that sends the browser elsewhere. */
export function redirect(location: string): Answer {
  return { status: 302, text: "", headers: { location } };
}
