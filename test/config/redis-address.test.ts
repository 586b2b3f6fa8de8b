import { expect, test } from "vitest";
import { loadConfig, printableConfig } from "../../config/config.ts";
import { parseSentinelAddress } from "../../config/redis-address.ts";

test("T65 the address of a server behind Sentinels names them all, the master, and how to sign in there", () => {
  const text = "redis+sentinel://jobs:a%40b@one.example:26379,10.0.0.2:26380,[::1]:26381/queue-master/3";
  expect(parseSentinelAddress(text)).toEqual({
    sentinels: [
      { host: "one.example", port: 26_379 },
      { host: "10.0.0.2", port: 26_380 },
      { host: "::1", port: 26_381 },
    ],
    ...{ master: "queue-master", db: 3, username: "jobs", password: "a@b" },
  });
  expect(loadConfig({ REDIS_URL: text }).redisUrl).toBe(text);
  expect(printableConfig({ REDIS_URL: text })).not.toContain("a%40b");
});

test("without a user, a password and a database the defaults hold", () => {
  expect(parseSentinelAddress("redis+sentinel://one:26379/main")).toEqual({
    ...{ sentinels: [{ host: "one", port: 26_379 }], master: "main", db: 0 },
    ...{ username: undefined, password: undefined },
  });
});

test.each([
  "redis+sentinel://one:26379",
  "redis+sentinel://one:26379/",
  "redis+sentinel://one/main",
  "redis+sentinel://one:26379,/main",
  "redis+sentinel://one:99999/main",
  "redis+sentinel://one:26379/main/db",
  "redis+sentinel://one:26379/%E0%A4%A",
  "redis://one:26379/0",
])("%s is no such address", (text) => {
  expect(parseSentinelAddress(text)).toBeUndefined();
});
