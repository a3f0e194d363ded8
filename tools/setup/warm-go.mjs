/**
 * Pulumi's Go SDK, which the tests of ours compile, compiled once before them. Where the CLI was built here it is in Go's
 * cache already; else that takes minutes on a busy machine, and here it says how far it is. Never fails: without Go the
 * tests that need it say that they did not run.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { capture, lastLines } from "./run.mjs";

/** As test/examples/toolbox.ts builds Go programs, so that Go's cache serves both. */
const settings = {
  GOFLAGS: "-mod=readonly -trimpath -ldflags=-s",
  CGO_ENABLED: "0",
  GOTOOLCHAIN: "local",
  GOWORK: "off",
};
const packages = ["github.com/pulumi/pulumi/sdk/v3/go/pulumi", "github.com/pulumi/pulumi/sdk/v3/go/pulumix"];
const progressEveryMs = 10_000;

/** @param {{ root: string, say: (line: string) => void, signal?: AbortSignal, go?: string }} options */
export async function warmGo({ root, say, signal, go = "go" }) {
  const module = path.join(root, "sdk/go");
  const stamp = path.join(root, ".cache/setup/go-warm");
  const { code, stdout: version } = await capture(go, ["version"], signal ? { signal } : {});
  if (code !== 0) return;
  const sums = createHash("sha256")
    .update(readFileSync(path.join(module, "go.sum")))
    .digest("hex");
  const wanted = `${version.trim()} ${sums}\n`;
  if (contentOf(stamp) === wanted) return;
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  let compiled = 0;
  const timer = setInterval(() => say(`go: ${compiled} packages compiled, ${elapsed()}`), progressEveryMs);
  const options = {
    cwd: module,
    env: { ...process.env, ...settings },
    ...(signal ? { signal } : {}),
    onLine: () => void compiled++,
  };
  try {
    const built = await capture(go, ["build", "-v", ...packages], options);
    if (signal?.aborted) return;
    if (built.code !== 0) return say(`go: Pulumi's SDK was not compiled ahead of the tests: ${lastLines(built, 3)}`);
  } finally {
    clearInterval(timer);
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  say(`go: compiled what the tests need in ${elapsed()}`);
}

/** @param {string} file */
function contentOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
