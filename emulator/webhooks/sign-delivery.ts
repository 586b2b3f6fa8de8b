import { createHash, createHmac } from "node:crypto";

const DECODED: readonly (readonly [RegExp, string])[] = [
  [/%3A/gi, ":"],
  [/%2F/gi, "/"],
  [/%3F/gi, "?"],
  [/%40/gi, "@"],
  [/%21/gi, "!"],
  [/%24/gi, "$"],
  [/%27/gi, "'"],
  [/%28/gi, "("],
  [/%29/gi, ")"],
  [/%2A/gi, "*"],
  [/%2C/gi, ","],
  [/%3B/gi, ";"],
];

type Delivery = {
  readonly url: string;
  readonly secret: string;
  readonly body: string;
  readonly timestamp: number;
};

/** Returns the signature headers of a POST: v1 (SHA-256 of secret and body) and v3 (HMAC over method, URI, body, timestamp). */
export function signatureHeaders({ url, secret, body, timestamp }: Delivery): { [name: string]: string } {
  const uri = DECODED.reduce((text, [escaped, character]) => text.replace(escaped, character), url);
  return {
    "X-HubSpot-Signature": createHash("sha256")
      .update(secret + body)
      .digest("hex"),
    "X-HubSpot-Signature-Version": "v1",
    "X-HubSpot-Signature-v3": createHmac("sha256", secret)
      .update(`POST${uri}${body}${timestamp}`)
      .digest("base64"),
    "X-HubSpot-Request-Timestamp": String(timestamp),
  };
}
