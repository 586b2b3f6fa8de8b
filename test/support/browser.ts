/** What a browser shows after a click: the last address, status and page. */
export type Shown = { readonly url: URL; readonly status: number; readonly page: string };

/** A browser without a screen: it keeps cookies by host, follows redirects, and sends forms. */
export type Browser = {
  open(url: string): Promise<Shown>;
  /** Follows the link whose address holds this text. */
  follow(shown: Shown, address: string): Promise<Shown>;
  /** Sends the page's form that holds this button (`name=value`), fields as the page fills them but for those given. */
  press(shown: Shown, button: string, fields?: { readonly [name: string]: string }): Promise<Shown>;
};

const MOST_REDIRECTS = 10;

function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : decoded(value);
}

function fieldsOf(form: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const isLeftOut = attribute(tag, "type") === "radio" && !/\schecked/.test(tag);
    const name = attribute(tag, "name");
    if (name !== undefined && !isLeftOut) fields.set(name, attribute(tag, "value") ?? "");
  }
  return fields;
}

/** Returns a browser that has visited nothing yet. */
export function openBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>();
  const go = async (address: URL, init: RequestInit = {}): Promise<Shown> => {
    let [url, request] = [address, init];
    for (let step = 0; step < MOST_REDIRECTS; step++) {
      const jar = jars.get(url.host) ?? new Map<string, string>();
      jars.set(url.host, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(url, { ...request, redirect: "manual", headers: { cookie } });
      for (const set of answer.headers.getSetCookie()) {
        const [name = "", value = ""] = (set.split(";")[0] ?? "").split("=");
        jar.set(name, value);
      }
      const location = answer.headers.get("location");
      const page = await answer.text();
      if (location === null) return { url, status: answer.status, page };
      [url, request] = [new URL(location, url), {}];
    }
    throw new Error(`too many redirects: ${url}`);
  };
  return {
    open: (url) => go(new URL(url)),
    follow({ url, page }, address) {
      const links = [...page.matchAll(/<a[^>]*>/g)].map(([tag]) => attribute(tag, "href") ?? "");
      const link = links.find((one) => one.includes(address));
      if (link === undefined) throw new Error(`no link to ${address} on ${url}`);
      return go(new URL(link, url));
    },
    press({ url, page }, button, given = {}) {
      const [name = "", value = ""] = button.split("=");
      const forms = [...page.matchAll(/<form[^>]*>.*?<\/form>/gs)].map(([form]) => form);
      const form = forms.find((one) =>
        [...one.matchAll(/<button[^>]*>/g)].some(
          ([tag]) => (attribute(tag, "name") ?? "") === name && (attribute(tag, "value") ?? "") === value,
        ),
      );
      if (form === undefined) throw new Error(`no form with ${button} on ${url}: ${page}`);
      const fields = { ...Object.fromEntries(fieldsOf(form)), ...given, ...(name && { [name]: value }) };
      const action = attribute(form.slice(0, form.indexOf(">") + 1), "action") ?? "";
      return go(new URL(action, url), { method: "POST", body: new URLSearchParams(fields) });
    },
  };
}
