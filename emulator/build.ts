/**
 * Builds the package to publish: compiled code in `lib/`, the page's files, and a package.json that names them.
 * Inside the workspace the source is used as it is.
 *
 *     node emulator/build.ts && npm publish ./emulator/dist
 *
 * With a folder as parameter it builds there instead of in `dist/`.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const out = path.resolve(process.argv[2] ?? at("dist"));
const into = (name: string): string => path.join(out, name);
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");

rmSync(out, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "-p", at("tsconfig.build.json"), "--outDir", into("lib")], {
  stdio: "inherit",
});
cpSync(at("page"), into("page"), { recursive: true });
for (const page of ["README.md", "SETTINGS.md"]) copyFileSync(at(page), into(page));
copyFileSync(at("../LICENSE"), into("LICENSE"));
chmodSync(into("lib/cli/main.js"), 0o755);
const {
  devDependencies: _d,
  scripts: _s,
  ...manifest
} = JSON.parse(readFileSync(at("package.json"), "utf8")) as Record<string, unknown>;
const published = {
  ...manifest,
  bin: { "edgecache-emulator": "./lib/cli/main.js" },
  exports: {
    ".": { types: "./lib/index.d.ts", default: "./lib/index.js" },
    "./pulumi": { types: "./lib/pulumi.d.ts", default: "./lib/pulumi.js" },
  },
  // For TypeScript that does not read `exports` (moduleResolution node10).
  types: "./lib/index.d.ts",
  typesVersions: { "*": { pulumi: ["./lib/pulumi.d.ts"] } },
  files: ["lib", "page", "SETTINGS.md"],
};
writeFileSync(into("package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
