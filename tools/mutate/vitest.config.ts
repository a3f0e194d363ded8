/** The unit tests as the mutation check runs them, in its copy of the tree. */
import path from "node:path";
import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";
import { testFiles, without } from "./test-files.ts";

const root = path.resolve(import.meta.dirname, "../..");
const [unit] = base.test?.projects ?? [];
if (typeof unit !== "object" || !("test" in unit)) throw new Error("vitest.config.ts has no project of unit tests");

export default defineConfig({
  root,
  test: {
    ...unit.test,
    name: "mutate",
    deps: base.test?.deps ?? {},
    include: testFiles,
    exclude: without,
    setupFiles: [path.join(import.meta.dirname, "setup.ts")],
    watch: false,
    reporters: [{}],
  },
});
