/**
 * Builds the plugin into `bin/`: a launcher that the engine starts and bundles
 * that load on use, one per service with its vendor SDK.
 */
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { alias } from "./bundling.ts";

const out = new URL("./bin/", import.meta.url);

/** The compile cache spares V8 the parsing on every start but the first (Node 22.1 and newer). */
const launcher = `#!/usr/bin/env node
process.noDeprecation = true; // the vendors' SDKs would tell users about their own url.parse
const { enableCompileCache } = require("node:module");
enableCompileCache?.();
import("./lib/main.mjs");
`;
const windowsLauncher = `@node "%~dp0pulumi-resource-edgecache" %*\r\n`;

/** Bundled CommonJS packages ask for Node's own modules with \`require\`. */
const requireBanner = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

// Aside first: whoever starts the plugin meanwhile finds the old one whole.
const fresh = new URL(`.lib-${process.pid}/`, out);
const old = new URL(`.old-${process.pid}/`, out);
const lib = new URL("lib/", out);
await mkdir(out, { recursive: true });
const result = await build({
  entryPoints: [fileURLToPath(new URL("./src/main.ts", import.meta.url))],
  outdir: fileURLToPath(fresh),
  outExtension: { ".js": ".mjs" },
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  alias,
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: true,
  banner: { js: requireBanner },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
await rename(lib, old).catch(() => undefined);
await rename(fresh, lib);
await rm(old, { recursive: true, force: true });
await writeFile(new URL("package.json", out), `{ "type": "commonjs" }\n`);
// `pulumi package get-schema <folder>` looks for the executable before it knows the package's name: hence the second.
for (const name of ["pulumi-resource-edgecache", "pulumi-resource-"]) {
  await writeFile(new URL(name, out), launcher);
  await chmod(new URL(name, out), 0o755);
}
await writeFile(new URL("pulumi-resource-edgecache.cmd", out), windowsLauncher);

const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`plugin: ${Object.keys(result.metafile.outputs).length} bundles, ${(bytes / 1024).toFixed(0)} KiB`);
