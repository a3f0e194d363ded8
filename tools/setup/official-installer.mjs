/**
 * node official-installer.mjs FOLDER VERSION: installs the Pulumi CLI into FOLDER/bin with the
 * Automation API. On failure the last line on stderr says why.
 */
import { createRequire } from "node:module";

const [folder, version] = process.argv.slice(2);
if (!folder || !version) throw new Error("usage: official-installer.mjs FOLDER VERSION");

// The API waits two minutes for the installer script, which is a few kilobytes. A closed network that
// swallows packets should not cost that much before the next way is tried.
const { fetch: fetchWithoutLimit } = globalThis;
Object.assign(globalThis, {
  /** @type {typeof fetchWithoutLimit} */
  fetch: (url, options) => fetchWithoutLimit(url, { ...options, signal: AbortSignal.timeout(10_000) }),
});

try {
  const api = createRequire(import.meta.url).resolve("@pulumi/pulumi/automation/cmd.js");
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/cmd.js");
  const { SemVer } = createRequire(api)("semver");
  await PulumiCommand.install({ root: folder, version: new SemVer(version) });
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${reason.trim().split("\n").at(-1)}\n`);
  process.exitCode = 1;
}
