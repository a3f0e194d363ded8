/**
 * node tools/release/emulator.ts DIR: the emulator as npm gets it. Node strips no types below node_modules, so it is
 * compiled; everything stays where it is in the repository, since the code finds its page and its version by place.
 */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { capture, lastLines } from "../setup/run.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const source = path.join(root, "emulator");
const out = path.resolve(process.argv[2] ?? path.join(root, ".cache/release/emulator"));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { compilerOptions } = JSON.parse(await readFile(path.join(root, "tsconfig.json"), "utf8"));
const {
  noEmit: _,
  allowImportingTsExtensions: __,
  incremental: ___,
  tsBuildInfoFile: ____,
  ...options
} = compilerOptions;
const config = path.join(out, "tsconfig.json");
const emit = { outDir: path.join(out, "src"), rootDir: path.join(source, "src"), declaration: true };
const files = ["cli/main.ts", "index.ts"].map((file) => path.join(source, "src", file));
const typeRoots = [path.join(root, "node_modules/@types")];
await writeFile(config, JSON.stringify({ compilerOptions: { ...options, ...emit, typeRoots }, files }));
const tsc = path.join(root, "node_modules/typescript/bin/tsc");
const result = await capture(process.execPath, [tsc, "-p", config], { cwd: root });
if (result.code !== 0) throw new Error(`compiling the emulator failed:\n${lastLines(result, 30)}`);
await rm(config);

const { devDependencies: _____, ...manifest } = JSON.parse(await readFile(path.join(source, "package.json"), "utf8"));
const published = {
  ...manifest,
  bin: { "edgecache-emulator": "src/cli/main.js" },
  exports: { ".": { types: "./src/index.d.ts", default: "./src/index.js" } },
};
await writeFile(path.join(out, "package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
await cp(path.join(source, "page"), path.join(out, "page"), { recursive: true });
for (const [from, to] of [
  [path.join(source, "README.md"), "README.md"],
  [path.join(root, "LICENSE"), "LICENSE"],
] as const) {
  await cp(from, path.join(out, to));
}
console.log(`release: emulator in ${path.relative(process.cwd(), out)}`);
