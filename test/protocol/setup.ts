/** Before the tests: the toy provider and the documentation's example as plugins, bundled as the real one is. */
import { chmod, copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "../..");
const built = path.join(root, ".cache/test-plugins");

export const toyFolder = path.join(built, "toy");
export const exampleFolder = path.join(built, "example");

export default async function setup(): Promise<void> {
  await plugin(toyFolder, path.join(import.meta.dirname, "fixture/main.ts"), "toy");
  await plugin(exampleFolder, path.join(root, "docs/engine/example/main.ts"), "example");
}

async function plugin(folder: string, entry: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: { main: entry },
    outdir: path.join(folder, "lib"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
    logLevel: "warning",
  });
  const launcher = path.join(folder, `pulumi-resource-${name}`);
  await writeFile(launcher, `#!/usr/bin/env node\nimport("./lib/main.mjs");\n`);
  await writeFile(path.join(folder, "package.json"), `{ "type": "commonjs" }\n`);
  await chmod(launcher, 0o755);
  // `pulumi package get-schema <folder>` looks for the executable before it knows the package's name.
  await copyFile(launcher, path.join(folder, "pulumi-resource-"));
}
