/**
 * npm run setup: everything that `npm run demo` and `npm test` need, in under a second when it is there.
 *
 *   1. the npm dependencies that package-lock.json says (`--demo`: those of the demo)
 *   2. the plugin, the Node.js SDK and the dynamic resources, built from their sources (`--demo`: not the last)
 *   3. a Pulumi CLI with its language hosts
 *
 * `--browser` (`npm test`) also provides a Chromium and a Redis where that is possible, and compiles what tests in Go need.
 * `--build` builds 2 again even when nothing changed, and leaves 3 out (`npm run build`).
 * Runs on bare Node 20 with no dependencies, on Linux, macOS and Windows, without standard input.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { provideBrowser } from "./browser.mjs";
import { provideRedis } from "./redis.mjs";
import { buildOutputs } from "./build.mjs";
import { installDependencies } from "./dependencies.mjs";
import { searchPulumi } from "./find-pulumi.mjs";
import { withLock } from "./lock.mjs";
import { providePulumi } from "./provide-pulumi.mjs";
import { warmGo } from "./warm-go.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const started = Date.now();
const { values: flags } = parseArgs({
  options: {
    demo: { type: "boolean", default: false },
    build: { type: "boolean", default: false },
    browser: { type: "boolean", default: false },
  },
});

/** @param {string} line */
const say = (line) => void process.stdout.write(`setup: ${line}\n`);

const stop = new AbortController();
for (const [signal, code] of /** @type {const} */ ([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
])) {
  process.once(signal, () => {
    stop.abort();
    say(`stopped by ${signal}; nothing half done is left`);
    process.exit(code);
  });
}

try {
  await setUp();
} catch (error) {
  stop.abort();
  process.stderr.write(`setup: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function setUp() {
  const { signal } = stop;
  const scope = flags.demo ? "demo" : "all";
  const work = path.join(root, ".cache", "setup");
  // Go needs nothing of npm's. Where the CLI is still to be built, it compiles most of this.
  const isProvided = flags.browser && (await searchPulumi()).pulumi !== undefined;
  const warming = isProvided ? warmGo({ root, say, signal }) : undefined;
  const onWait = (/** @type {string} */ owner) => say(`${owner} is setting up this folder, waiting`);
  await withLock(path.join(work, "install.lock"), { onWait, signal }, () =>
    installDependencies({ root, scope, say, signal }),
  );
  // A failed build must not cut the CLI's minutes short, and the other way round: both end, then both are told.
  const [built, provided] = await Promise.allSettled([
    withLock(path.join(work, "build.lock"), { onWait, signal }, () =>
      buildOutputs({ root, scope, force: flags.build, say, signal }),
    ),
    flags.build ? undefined : providePulumi({ root, say, signal }),
    // One after the other: apt-get works for one at a time.
    flags.browser ? provideBrowser({ say, signal }).then(() => provideRedis({ say, signal })) : undefined,
  ]);
  const problems = [built, provided].filter((result) => result.status === "rejected");
  if (problems.length > 0) throw new Error(problems.map(({ reason }) => reason?.message ?? String(reason)).join("\n"));
  if (flags.browser) await (warming ?? warmGo({ root, say, signal }));
  const elapsed = `${((Date.now() - started) / 1000).toFixed(2)} s`;
  const cli =
    provided.status === "fulfilled" && provided.value
      ? ` Pulumi ${provided.value.pulumi.version} at ${provided.value.pulumi.bin}`
      : "";
  say(`ready in ${elapsed}.${cli}`);
}
