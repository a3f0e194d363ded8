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
          globalSetup: ["test/protocol/setup.ts"],
          include: ["test/{engine,packaging,examples}/**/*.test.ts"],
          // An `up` of the real engine takes about a second of its own and shares two cores with its neighbours.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
