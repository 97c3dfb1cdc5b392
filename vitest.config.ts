import { configDefaults, defineConfig } from "vitest/config";

const BROWSER = "**/*.browser.test.ts";
const DOCKER = "**/*.docker.test.ts";
const IGNORED = [...configDefaults.exclude, "**/dist/**", "runs/**", "**/.cache/**"];

/** Two workers: a checker test alone fills a core, and more would only make the slow ones time out on small machines. */
const UNIT_WORKERS = 2;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          setupFiles: ["./tests/support/property-seed.ts"],
          include: ["**/*.test.ts"],
          exclude: [...IGNORED, BROWSER, DOCKER],
          pool: "threads",
          maxWorkers: UNIT_WORKERS,
          // Property tests take seconds on a busy machine; a hang must still end.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "browser",
          include: [BROWSER],
          exclude: IGNORED,
          pool: "forks",
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A browser on a busy machine may take seconds for what it does in milliseconds.
          expect: { poll: { timeout: 20_000 } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "docker",
          globalSetup: ["./tests/support/docker-images.ts"],
          include: [DOCKER],
          exclude: IGNORED,
          pool: "forks",
          // Most of their time is waiting for stores: two files at once take little more than one.
          maxWorkers: 2,
          // Setting up builds the images: about a minute with a package mirror nearby.
          testTimeout: 600_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
