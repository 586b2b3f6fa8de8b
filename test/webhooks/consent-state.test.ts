import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { beginConsent, CONSENT_MS, checkState, newBrowser } from "../../webhooks/consent-state.ts";

const newKey = () => randomBytes(32).toString("base64");
const KEY = newKey();
const NOW = 1_790_000_000_000;

test("a state comes back to its browser in time, with the verifier that it was begun with", () => {
  const browser = newBrowser();
  const { state, verifier } = beginConsent(KEY, browser, NOW);
  expect(checkState([KEY], state, browser, NOW + CONSENT_MS)).toMatchObject({ ok: true, verifier });
  expect(checkState([newKey(), KEY], state, browser, NOW)).toMatchObject({ ok: true, verifier });
  expect(verifier).toMatch(/^[\w-]{43}$/);
  expect(beginConsent(KEY, browser, NOW).verifier).not.toBe(verifier);
});

test("late, strange, changed and foreign states are told apart", () => {
  const browser = newBrowser();
  const { state } = beginConsent(KEY, browser, NOW);
  const reason = (given: string, by = browser, keys = [KEY], at = NOW) => {
    const check = checkState(keys, given, by, at);
    return check.ok ? "ok" : check.reason;
  };
  expect(reason(state, browser, [KEY], NOW + CONSENT_MS + 2)).toBe("expired");
  expect(reason(state, newBrowser())).toBe("other_browser");
  expect(reason(state, "")).toBe("other_browser");
  expect(reason(state, browser, [newKey()])).toBe("forged");
  for (const given of ["", ".", "a.b.c.d", `${state}x`, state.replace(/.$/, "!"), state.slice(1)])
    expect(reason(given)).toBe("forged");
  const [nonce, , who, signature] = state.split(".");
  expect(reason([nonce, (NOW + 1).toString(36), who, signature].join("."))).toBe("forged");
});
