import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "hubspot-app/test/**/*.test.tsx"],
          exclude: ["test/architecture.test.ts"],
          globalSetup: ["test/support/postgres.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      { test: { name: "architecture", include: ["test/architecture.test.ts"] } },
    ],
  },
});
