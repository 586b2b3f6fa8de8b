import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { checkSignature, signRequest } from "../../src/hubspot/signature.ts";
import published from "../vectors/signatures.json" with { type: "json" };

const secret = published.secret;
const now = 1_760_000_000_000;
const plain = { method: "POST", uri: "https://hooks.example.com/webhooks/hubspot", body: Buffer.from("[]") };

function lowerCased(headers: { [name: string]: string }) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function v3(uri: string, body: Buffer, at: number | string, key = secret) {
  const headers = signRequest({ ...plain, uri, body }, key, Number(at));
  return {
    "x-hubspot-signature-v3": headers["X-HubSpot-Signature-v3"] ?? "",
    "x-hubspot-request-timestamp": String(at),
  };
}

test.each(published.vectors)("T01 accepts the published $version signature: $source", (vector) => {
  const { method, uri, version, signature, timestamp } = vector;
  const headers =
    version === "v3"
      ? { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": timestamp }
      : { "x-hubspot-signature": signature, "x-hubspot-signature-version": version };
  const check = checkSignature(
    { method, uri, body: Buffer.from(vector.body), headers },
    { secrets: [secret], now: Number(timestamp ?? now), fallback: version === "v2" ? "v2" : "v1" },
  );
  expect(check).toEqual({ ok: true, version, signature });
});

test.each(["v1", "v2"] as const)("what signRequest signs is accepted, as v3 and alone as %s", (older) => {
  const headers = lowerCased(signRequest(plain, secret, now, older));
  const rules = { secrets: [secret], now, fallback: older };
  expect(checkSignature({ ...plain, headers }, rules)).toMatchObject({ ok: true, version: "v3" });
  const { "x-hubspot-signature": signature, "x-hubspot-signature-version": version } = headers;
  const alone = { "x-hubspot-signature": signature, "x-hubspot-signature-version": version };
  expect(checkSignature({ ...plain, headers: alone }, rules)).toMatchObject({ ok: true, version: older });
});

test("T06 decodes exactly the twelve escapes, in either case, and leaves all others", () => {
  const asCalled =
    "https://h.example/p?src=hs%3Aapp%2fv3&x=%28a%29&y=%20&q=%3F%40%21%24%27%2A%2C%3B&z=%26%3D%25";
  const asSigned = "https://h.example/p?src=hs:app/v3&x=(a)&y=%20&q=?@!$'*,;&z=%26%3D%25";
  const signature = createHmac("sha256", secret).update(`POST${asSigned}[]${now}`).digest("base64");
  const headers = { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": String(now) };
  const check = checkSignature(
    { ...plain, uri: asCalled, headers },
    { secrets: [secret], now, fallback: "v1" },
  );
  expect(check).toMatchObject({ ok: true });
});

test.each([
  ["300,000 ms old", now - 300_000, "ok"],
  ["300,001 ms old", now - 300_001, "stale"],
  ["300,000 ms ahead", now + 300_000, "ok"],
  ["300,001 ms ahead", now + 300_001, "stale"],
  ["600,000 ms ahead", now + 600_000, "stale"],
  ["text", "abc", "malformed"],
  ["empty", "", "malformed"],
  ["in exponent form", "1e13", "malformed"],
  ["with a leading zero", `0${now}`, "malformed"],
  ["with a fraction", `${now}.0`, "malformed"],
])("T04 a timestamp %s: %s is %s", (_what, timestamp, expected) => {
  const signature = createHmac("sha256", secret).update(`POST${plain.uri}[]${timestamp}`).digest("base64");
  const headers = { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": String(timestamp) };
  const check = checkSignature({ ...plain, headers }, { secrets: [secret], now, fallback: "v1" });
  expect(check.ok ? "ok" : check.reason).toBe(expected);
});

test("T04 refuses a header that came as a list, without throwing", () => {
  const headers = v3(plain.uri, plain.body, now);
  const rules = { secrets: [secret], now, fallback: "v1" } as const;
  const twice = { ...headers, "x-hubspot-request-timestamp": [String(now), String(now)] };
  expect(checkSignature({ ...plain, headers: twice }, rules)).toEqual({ ok: false, reason: "malformed" });
  const signatures = { ...headers, "x-hubspot-signature-v3": [headers["x-hubspot-signature-v3"]] };
  expect(checkSignature({ ...plain, headers: signatures }, rules)).toEqual({
    ok: false,
    reason: "malformed",
  });
});

test("T07 a wrong v3 signature is not saved by a right v1, nor by an empty one", () => {
  const headers = lowerCased(signRequest(plain, secret, now));
  const rules = { secrets: [secret], now, fallback: "v1" } as const;
  for (const wrong of ["", "AAAA", headers["x-hubspot-signature"]]) {
    const check = checkSignature(
      { ...plain, headers: { ...headers, "x-hubspot-signature-v3": wrong } },
      rules,
    );
    expect(check).toEqual({ ok: false, reason: "mismatch" });
  }
});

test("T07 an older signature counts only where it is the route's own", () => {
  const { "X-HubSpot-Signature": signature } = signRequest(plain, secret, now, "v2");
  const headers = { "x-hubspot-signature": signature, "x-hubspot-signature-version": "v2" };
  const check = checkSignature({ ...plain, headers }, { secrets: [secret], now, fallback: "v1" });
  expect(check).toEqual({ ok: false, reason: "malformed" });
});

test("T08 accepts any of several secrets, and none when none is set", () => {
  const request = { ...plain, headers: v3(plain.uri, plain.body, now, "old") };
  const check = (secrets: string[]) => checkSignature(request, { secrets, now, fallback: "v1" }).ok;
  expect([check(["new", "old"]), check(["new"]), check([])]).toEqual([true, false, false]);
});

test("T10 refuses signatures of any length without an exception", () => {
  const headers = v3(plain.uri, plain.body, now);
  const right = headers["x-hubspot-signature-v3"];
  for (const given of ["x", right.slice(1), `${right}=`, `${right} `, "é".repeat(22), "a".repeat(100_000)]) {
    const request = { ...plain, headers: { ...headers, "x-hubspot-signature-v3": given } };
    expect(checkSignature(request, { secrets: [secret], now, fallback: "v1" })).toEqual({
      ok: false,
      reason: "mismatch",
    });
  }
});
