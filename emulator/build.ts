/**
 * Builds the package to publish into `dist/`: compiled code in `lib/`, the page's files, and a package.json that
 * names them. Inside the workspace the source is used as it is.
 *
 *     node emulator/build.ts && npm publish ./emulator/dist
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(at("dist"), { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "-p", at("tsconfig.build.json")], { stdio: "inherit" });
cpSync(at("page"), at("dist/page"), { recursive: true });
copyFileSync(at("README.md"), at("dist/README.md"));
copyFileSync(at("../LICENSE"), at("dist/LICENSE"));
chmodSync(at("dist/lib/cli/main.js"), 0o755);
const {
  devDependencies: _d,
  scripts: _s,
  ...manifest
} = JSON.parse(readFileSync(at("package.json"), "utf8")) as Record<string, unknown>;
const published = {
  ...manifest,
  bin: { "edgecache-emulator": "./lib/cli/main.js" },
  exports: { ".": { types: "./lib/index.d.ts", default: "./lib/index.js" } },
  files: ["lib", "page"],
};
writeFileSync(at("dist/package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
