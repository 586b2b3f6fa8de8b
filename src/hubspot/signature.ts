import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** HubSpot's ways of signing a request. */
type SignatureVersion = "v1" | "v2" | "v3";

/** A request as it was received: the URI as HubSpot called it, the body's raw bytes, header names in lower case. */
export type SignedRequest = {
  readonly method: string;
  readonly uri: string;
  readonly body: Buffer;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
};

/** What a signature is checked against; several secrets while one replaces another; `now` in ms. */
export type SignatureRules = {
  readonly secrets: readonly string[];
  readonly now: number;
  /** The older version that is accepted where no v3 signature was sent. */
  readonly fallback: "v1" | "v2";
};

/** The outcome of a check; `signature` is exactly what HubSpot must have computed. */
export type SignatureCheck =
  | { readonly ok: true; readonly version: SignatureVersion; readonly signature: string }
  | { readonly ok: false; readonly reason: "missing" | "malformed" | "stale" | "mismatch" };

const windowMs = 300_000;

const decodedEscapes: { readonly [code: string]: string } = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
};

/**
 * Returns whether HubSpot signed the request with one of the secrets. A v3 signature alone counts where one was
 * sent; its timestamp may differ from `now` by 300,000 ms either way. Never throws for what a header holds.
 */
export function checkSignature(request: SignedRequest, rules: SignatureRules): SignatureCheck {
  const { "x-hubspot-signature-v3": v3, "x-hubspot-request-timestamp": timestamp } = request.headers;
  if (v3 === undefined) return checkFallback(request, rules);
  if (timestamp === undefined) return { ok: false, reason: "missing" };
  if (typeof timestamp !== "string" || !/^[1-9][0-9]{0,15}$/.test(timestamp)) {
    return { ok: false, reason: "malformed" };
  }
  if (Math.abs(rules.now - Number(timestamp)) > windowMs) return { ok: false, reason: "stale" };
  return compare(v3, "v3", rules.secrets, (secret) => signatureV3(request, secret, timestamp));
}

function checkFallback(request: SignedRequest, rules: SignatureRules): SignatureCheck {
  const { "x-hubspot-signature": given, "x-hubspot-signature-version": version } = request.headers;
  if (given === undefined) return { ok: false, reason: "missing" };
  if (version !== undefined && version !== rules.fallback) return { ok: false, reason: "malformed" };
  const sign = rules.fallback === "v1" ? signatureV1 : signatureV2;
  return compare(given, rules.fallback, rules.secrets, (secret) => sign(request, secret));
}

function compare(
  given: string | readonly string[],
  version: SignatureVersion,
  secrets: readonly string[],
  sign: (secret: string) => string,
): SignatureCheck {
  if (typeof given !== "string") return { ok: false, reason: "malformed" };
  for (const secret of secrets) {
    const signature = sign(secret);
    if (isEqual(given, signature)) return { ok: true, version, signature };
  }
  return { ok: false, reason: "mismatch" };
}

function isEqual(given: string, expected: string): boolean {
  const givenBytes = Buffer.from(given);
  const expectedBytes = Buffer.from(expected);
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}

/** What of a request HubSpot signs. */
export type SignableRequest = Pick<SignedRequest, "method" | "uri" | "body">;

/** Returns the v1 signature: hex SHA-256 of secret and body. */
function signatureV1(request: Pick<SignableRequest, "body">, secret: string): string {
  return createHash("sha256").update(secret).update(request.body).digest("hex");
}

/** Returns the v2 signature: hex SHA-256 of secret, method, URI and body. */
function signatureV2(request: SignableRequest, secret: string): string {
  return createHash("sha256")
    .update(secret + request.method + request.uri)
    .update(request.body)
    .digest("hex");
}

/** Returns the v3 signature: base64 HMAC-SHA-256 of method, URI with twelve escapes decoded, body and timestamp (ms). */
function signatureV3(request: SignableRequest, secret: string, timestamp: string): string {
  const uri = request.uri.replace(/%[0-9A-F]{2}/gi, (code) => decodedEscapes[code.toUpperCase()] ?? code);
  return createHmac("sha256", secret)
    .update(request.method + uri)
    .update(request.body)
    .update(timestamp)
    .digest("base64");
}

/** Returns the headers that HubSpot would send with the request at this instant (ms), in v3 and the older version. */
export function signRequest(
  request: SignableRequest,
  secret: string,
  at: number,
  older: "v1" | "v2" = "v1",
): { [header: string]: string } {
  const timestamp = String(at);
  return {
    "X-HubSpot-Signature": older === "v1" ? signatureV1(request, secret) : signatureV2(request, secret),
    "X-HubSpot-Signature-Version": older,
    "X-HubSpot-Signature-v3": signatureV3(request, secret, timestamp),
    "X-HubSpot-Request-Timestamp": timestamp,
  };
}
