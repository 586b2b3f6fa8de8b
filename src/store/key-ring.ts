import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A text that only the key named can open: nonce, ciphertext and tag. */
type Sealed = { readonly keyId: string; readonly bytes: Buffer };

/** A sealed text that none of the keys opens. */
class SealError extends Error {
  override readonly name = "SealError";
  readonly code = "sealed";
}

/** Seals texts with AES-256-GCM under the first key, and opens those sealed under any. */
export type KeyRing = {
  /** The id of the key that seals. */
  readonly currentId: string;
  /** Seals a text for one place: it opens nowhere else. */
  seal(text: string, place: string): Sealed;
  /** @throws an Error (code `sealed`) where its key is not on the ring, or text or place is another. */
  open(sealed: Sealed, place: string): string;
};

function idOf(key: Buffer): string {
  return createHash("sha256").update("key id").update(key).digest("hex").slice(0, 12);
}

function openWith(key: Buffer, bytes: Buffer, place: string): string {
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString("utf8");
}

/** A key ring of secret keys (32 bytes in base64), the first one in use; at least one. */
export function createKeyRing(secretKeys: readonly string[]): KeyRing {
  const keys = new Map(
    secretKeys.map((secret) => {
      const key = Buffer.from(secret, "base64");
      return [idOf(key), key] as const;
    }),
  );
  const [current] = keys;
  if (!current) throw new Error("a key ring needs a key");
  const [currentId, currentKey] = current;
  return {
    currentId,
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, currentKey, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return { keyId: currentId, bytes: Buffer.concat([nonce, sealed, cipher.getAuthTag()]) };
    },
    open({ keyId, bytes }, place) {
      const key = keys.get(keyId);
      if (!key)
        throw new SealError(
          `SECRET_KEY lacks the key ${keyId} that tokens were sealed with: put it back behind the new one, then \`scorekeeper keys rotate\``,
        );
      try {
        return openWith(key, bytes, place);
      } catch (error) {
        throw new SealError("a sealed text was changed or belongs elsewhere", { cause: error });
      }
    },
  };
}
