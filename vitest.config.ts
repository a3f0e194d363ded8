/**
 * `npm test` runs both projects. `npm test -- --project unit` leaves out what starts the real Pulumi engine.
 * Files of the engine project take turns in the same four workers, since they mostly wait; each has its own backend, home and ports.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    maxWorkers: 4,
    // No module here has state, so the files of a worker may share what they import.
    isolate: false,
    // As Node and the bundle do it: the default export of a CommonJS package is its `module.exports`.
    deps: { interopDefault: false },
    reporters: ["default"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          globalSetup: ["test/protocol/setup.ts"],
          include: ["provider/**/*.test.ts", "emulator/test/**/*.test.ts", "tools/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["**/node_modules/**", "test/engine/**", "test/packaging/**", "test/examples/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "engine",
          globalSetup: ["test/protocol/setup.ts", "test/engine/vault.ts"],
          include: ["test/{engine,packaging,examples}/**/*.test.ts"],
          // The CLI and its hosts live for seconds: collecting garbage less often saves some of their time. Compilers inherit
          // it too, so there is no limit of memory, at which they would do nothing else.
          env: { GOGC: "300" },
          // What a test that stands still may take. A busy machine with cold caches is no failure.
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
