/**
 * Builds the package into `dist/`: the Node.js SDK as it was generated and compiled, standing on `src/pulumi.ts`
 * instead of `@pulumi/pulumi`; and beside it the plugin's resources, bundled as for the plugin, loaded on use.
 */
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import { alias } from "../../provider/bundling.ts";
import { bom, componentsOf, notices } from "../../tools/release/notices.ts";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
const sdk = path.resolve(here, "../nodejs/bin");
const dist = path.join(here, "dist");

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  alias,
  platform: "node",
  target: "node20",
  legalComments: "none",
  logLevel: "warning",
};

// Aside first: whoever loads the package meanwhile finds the old one whole.
await mkdir(path.join(root, ".cache"), { recursive: true });
const fresh = await mkdtemp(path.join(root, ".cache/dynamic-"));
await copySdk();
await writeIndex();
await bundlePrograms();
const { metafile } = await bundleResources();
const components = await componentsOf(Object.keys(metafile.inputs));
const { name, version }: Record<string, string> = JSON.parse(await readFile(path.join(here, "package.json"), "utf8"));
const texts = {
  "package.json": `${JSON.stringify({ name, version, type: "commonjs" })}\n`,
  "THIRD-PARTY-LICENSES.txt": notices(components),
  "sbom.cdx.json": bom(name ?? "", version ?? "", components),
};
for (const [file, text] of Object.entries(texts)) await writeFile(path.join(fresh, file), text);
await rm(dist, { recursive: true, force: true });
await rename(fresh, dist);

const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dynamic: ${Object.keys(metafile.outputs).length} bundles, ${(bytes / 1024).toFixed(0)} KiB`);

/** Classes, functions and their types, without the explicit provider, which dynamic resources cannot have. */
async function copySdk(): Promise<void> {
  const files = await readdir(sdk, { recursive: true });
  for (const file of files.filter((name) => /\.(js|d\.ts)$/.test(name) && !/^(index|provider)\./.test(name))) {
    const text = await readFile(path.join(sdk, file), "utf8");
    const up = path.relative(path.dirname(file), ".").split(path.sep).join("/") || ".";
    const changed = text
      .replaceAll(`require("@pulumi/pulumi")`, `require("${up}/pulumi.js")`)
      .replaceAll(`from "pulumi-edgecache"`, `from "pulumi-edgecache-dynamic"`)
      .replace(/\n\/\/# sourceMappingURL=.*/, "");
    await mkdir(path.dirname(path.join(fresh, file)), { recursive: true });
    await writeFile(path.join(fresh, file), changed);
  }
}

/** Says each name where Node looks for what an ES module can import from CommonJS. */
async function writeIndex(): Promise<void> {
  const names = Object.keys(createRequire(import.meta.url)(path.join(sdk, "index.js"))).filter(
    (name) => name !== "Provider",
  );
  const folders = new Set(await readdir(sdk));
  const [modules, others] = [names.filter((name) => folders.has(name)), names.filter((name) => !folders.has(name))];
  const from = (name: string): string =>
    folders.has(`${name.replace(/Output$/, "")}.js`) ? name.replace(/Output$/, "") : "types/enums";
  const lines = [
    `"use strict";`,
    ...modules.map((name) => `exports.${name} = require("./${name}");`),
    ...others.map((name) => `exports.${name} = require("./${from(name)}").${name};`),
  ];
  await writeFile(path.join(fresh, "index.js"), `${lines.join("\n")}\n`);
  const types = (await readFile(path.join(sdk, "index.d.ts"), "utf8")).split("\n");
  const kept = types.filter((line) => !line.includes("Provider") && !line.startsWith("//#"));
  await writeFile(path.join(fresh, "index.d.ts"), `${kept.join("\n")}\n`);
}

/** What a program loads, and what Pulumi's host for dynamic providers loads. */
async function bundlePrograms(): Promise<void> {
  const shell: Plugin = {
    name: "shell",
    setup(build) {
      build.onResolve({ filter: /\/shell\.ts$/ }, () => ({ path: "./lib/shell.mjs", external: true }));
    },
  };
  await build({
    ...common,
    entryPoints: ["src/pulumi.ts", "src/provider.ts"].map((file) => path.join(here, file)),
    outdir: fresh,
    format: "cjs",
    external: ["@pulumi/pulumi"],
    plugins: [shell],
  });
}

async function bundleResources() {
  return await build({
    ...common,
    metafile: true,
    entryPoints: [path.join(here, "src/shell.ts")],
    outdir: path.join(fresh, "lib"),
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    splitting: true,
    format: "esm",
    minify: true,
    keepNames: true,
    banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
  });
}
