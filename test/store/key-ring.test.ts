import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createKeyRing } from "../../src/store/key-ring.ts";
import { loadTokens, resealTokens, saveTokens } from "../../src/store/portal-tokens.ts";
import { createTestDatabase } from "../support/test-database.ts";

const newKey = () => randomBytes(32).toString("base64");
const [OLD, NEW] = [newKey(), newKey()];
const TOKENS = {
  ...{ accessToken: "access", refreshToken: "refresh" },
  ...{ expiresInMs: 1_800_000, scopes: ["oauth"], isReplacement: false },
};

test("a sealed text opens with its key, in its place, unchanged; never the same twice", () => {
  const keys = createKeyRing([OLD]);
  const sealed = keys.seal("secret ☃", "here");
  expect(keys.open(sealed, "here")).toBe("secret ☃");
  expect(keys.seal("secret ☃", "here").bytes.equals(sealed.bytes)).toBe(false);
  expect(sealed.bytes.includes("secret")).toBe(false);
  expect(() => keys.open(sealed, "there")).toThrow("belongs elsewhere");
  for (let at = 0; at < sealed.bytes.length; at++) {
    const bytes = Buffer.from(sealed.bytes);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    expect(() => keys.open({ ...sealed, bytes }, "here")).toThrow("was changed");
  }
  expect(() => keys.open({ ...sealed, bytes: sealed.bytes.subarray(0, 20) }, "here")).toThrow();
  expect(() => createKeyRing([NEW]).open(sealed, "here")).toThrow("SECRET_KEY lacks the key");
  expect(createKeyRing([NEW, OLD]).open(sealed, "here")).toBe("secret ☃");
});

test("tokens are sealed for their portal alone, and sealed anew when the keys rotate", async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const before = createKeyRing([OLD]);
  for (const portal of ["1", "2"]) await saveTokens(db, before, portal, TOKENS);
  const rotating = createKeyRing([NEW, OLD]);
  for (const portal of ["1", "2"])
    expect(await db.transaction((tx) => resealTokens(tx, rotating, portal))).toBe(true);
  expect(await db.transaction((tx) => resealTokens(tx, rotating, "1"))).toBe(false);
  expect(await db.query("select distinct key_id from portal_tokens")).toEqual([
    { key_id: rotating.currentId },
  ]);
  const after = createKeyRing([NEW]);
  expect(await loadTokens(db, after, "2")).toMatchObject({
    ...{ accessToken: "access", refreshToken: "refresh", generation: 1, refusals: 0 },
  });
  await expect(loadTokens(db, before, "1")).rejects.toThrow("SECRET_KEY lacks the key");
  await db.query(
    `update portal_tokens t set access_token = o.access_token from portal_tokens o
     where t.portal_id = '1' and o.portal_id = '2'`,
  );
  await expect(loadTokens(db, after, "1")).rejects.toThrow("belongs elsewhere");
});
