/**
 * What a user has before writing a program: the plugin's archive, the SDKs as packages, and each language's
 * tools. Made once for each state of the sources, in the user's cache folder: outside this repository, so that
 * nothing is found through a workspace link.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import emulatorManifest from "../../emulator/package.json" with { type: "json" };
import rootPackage from "../../package.json" with { type: "json" };
import pluginPackage from "../../provider/package.json" with { type: "json" };
import { must } from "../../tools/release/must.ts";
import { makeVenv, pythonBuildTools, venvPython } from "../../tools/release/python.ts";
import { platformOf } from "../../tools/release/targets.ts";
import { onPath } from "../../tools/setup/find-pulumi.mjs";
import { withLock } from "../../tools/setup/lock.mjs";

export { must } from "../../tools/release/must.ts";
export { venvBin, venvPython } from "../../tools/release/python.ts";

export const { version } = pluginPackage;
export const root = path.resolve(import.meta.dirname, "../..");
export const goModule = "github.com/edgecache/pulumi-edgecache/sdk/go";

/** Tested with these. */
/** parver: what the package to upload with needs, which is installed without its dependencies. */
const pythonPackagesUsed = ["pulumi==3.272.0", "mypy==2.4.1", "parver==0.5"];
const pytestUsed = "pytest==9.2.0";
/** What examples upload with. Too large to be a dependency of this repository. */
const uploaders = { node: "@pulumi/alicloud@3.108.0", python: "tencentcloud-iac-pulumi==0.2.3" };
const nodePackages = [
  `@pulumi/pulumi@${rootPackage.devDependencies["@pulumi/pulumi"]}`,
  `typescript@${rootPackage.devDependencies.typescript}`,
  `@types/node@${rootPackage.devDependencies["@types/node"]}`,
];

const cache = path.join(process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"), "edgecache-tests");

const releaseSources = ["provider/src", "provider/schema.json", "provider/package.json", "tools/release"];

/** Tells whether somebody changed what a release is made from. */
export function releaseDigest(): Promise<string> {
  return digestOf(["provider/bin", ...releaseSources]);
}

/** The archive of the small form, as a release has it. */
export function pluginArchive(): Promise<string> {
  return made("archive", ["provider/bin", ...releaseSources], async (folder) => {
    await must(process.execPath, [path.join(root, "tools/release/build.ts"), "node", "--out", folder], root);
  }).then((folder) => path.join(folder, `pulumi-resource-edgecache-v${version}-node.tar.gz`));
}

/** The archive of the single executable for this machine. */
export function executableArchive(): Promise<string> {
  const name = platformOf(process);
  return made("executable", releaseSources, async (folder) => {
    await must(process.execPath, [path.join(root, "tools/release/build.ts"), name, "--out", folder], root);
  }).then((folder) => path.join(folder, `pulumi-resource-edgecache-v${version}-${name}.tar.gz`));
}

const packing = ["tools/release/pack.ts", "tools/release/archive.ts", "tools/release/python.ts"];

/** A package as the release workflow sends it to npm or PyPI. */
async function packed(name: string, sources: readonly string[], file: string): Promise<string> {
  const folder = await made(`packed-${name}`, [...packing, ...sources], async (unfinished) => {
    await must(process.execPath, [path.join(root, "tools/release/pack.ts"), name, "--out", unfinished], root);
  });
  return path.join(folder, file);
}

export function nodePackage(): Promise<string> {
  return packed("nodejs", ["sdk/nodejs"], `pulumi-edgecache-${version}.tgz`);
}

export function emulatorPackage(): Promise<string> {
  const names = ["src", "page", "build.ts", "package.json", "tsconfig.build.json", "README.md", "SETTINGS.md"];
  const sources = names.map((name) => `emulator/${name}`);
  return packed("emulator", sources, `edgecache-emulator-${emulatorManifest.version}.tgz`);
}

/** The dynamic resources. */
export function dynamicPackage(): Promise<string> {
  return packed("dynamic", ["sdk/dynamic"], `pulumi-edgecache-dynamic-${version}.tgz`);
}

/** A folder with the SDK's wheel and source distribution. */
export function pythonPackages(): Promise<string> {
  return packed("python", ["sdk/python", "tools/release/python-build.txt"], "");
}

/** A folder with node_modules: the packed emulator and what it depends on. */
export async function emulatorProject(): Promise<string> {
  const file = await emulatorPackage();
  return made("emulator-project", [path.basename(path.dirname(file))], async (folder) => {
    await writeFile(path.join(folder, "package.json"), `{ "private": true, "type": "module" }\n`);
    await must("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", file], folder);
  });
}

const nodeSources = ["sdk/nodejs", "sdk/dynamic", nodePackages.join(" ")];

/** A folder with node_modules: Pulumi, TypeScript, the packed SDK and the packed dynamic resources. */
export async function nodeProject(): Promise<string> {
  const files = [await nodePackage(), await dynamicPackage()];
  return made("node", nodeSources, async (folder) => {
    await writeFile(path.join(folder, "package.json"), `{ "private": true }\n`);
    await must("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...nodePackages, ...files], folder);
  });
}

/** The same with Pulumi's provider for Alibaba Cloud, to compile with: its plugin is not there. */
export async function nodeUploadProject(): Promise<string> {
  const from = await nodeProject();
  return made("node-upload", [uploaders.node, from], async (folder) => {
    const modules = path.join(folder, "node_modules");
    await mkdir(path.join(modules, "@pulumi/alicloud"), { recursive: true });
    const [{ filename }] = JSON.parse(await must("npm", ["pack", uploaders.node, "--json"], folder));
    await must("tar", ["-xzf", filename, "-C", "node_modules/@pulumi/alicloud", "--strip-components=1"], folder);
    for (const name of await readdir(path.join(from, "node_modules"))) {
      if (name === "@pulumi" || name.startsWith(".")) continue;
      await symlink(path.join(from, "node_modules", name), path.join(modules, name), "junction");
    }
    await symlink(path.join(from, "node_modules/@pulumi/pulumi"), path.join(modules, "@pulumi/pulumi"), "junction");
  });
}

/** The same without the SDK, which would ask for the plugin. */
export async function dynamicProject(): Promise<string> {
  const from = path.join(await nodeProject(), "node_modules");
  return made("dynamic", nodeSources, async (folder) => {
    const to = path.join(folder, "node_modules");
    await mkdir(to);
    for (const name of await readdir(from)) {
      if (!name.startsWith(".") && name !== "pulumi-edgecache")
        await symlink(path.join(from, name), path.join(to, name), "junction");
    }
  });
}

/** A virtual environment with Pulumi, mypy and the SDK's wheel; its `bin` goes first on PATH. */
export async function pythonEnvironment(): Promise<string> {
  const packages = await pythonPackages();
  const wheel = (await readdir(packages)).find((file) => file.endsWith(".whl"));
  return made("python", ["sdk/python", pythonPackagesUsed.join(" ")], async (_, folder) => {
    // With a pip of its own: Pulumi asks it which plugins the packages need.
    await makeVenv(folder, [...pythonPackagesUsed, path.join(packages, wheel ?? "")]);
  });
}

/** The Python of a virtual environment with pytest and nothing else. */
export async function pytest(): Promise<string> {
  const pip = await pythonBuildTools(cache);
  const environment = await made("pytest", [`${pytestUsed} in a venv`], (_, folder) =>
    makeVenv(folder, [pytestUsed], pip),
  );
  return venvPython(environment);
}

/** The Python of a virtual environment with what a file of requirements names. */
export async function pythonWith(requirements: string): Promise<string> {
  const pip = await pythonBuildTools(cache);
  const environment = await made("python-sdks", [requirements], (_, folder) =>
    makeVenv(folder, ["-r", path.join(root, requirements)], pip),
  );
  return venvPython(environment);
}

/** A folder with Pulumi's provider for Tencent Cloud; it goes first on PYTHONPATH. */
export function pythonUploadPackages(): Promise<string> {
  return made("python-upload", [uploaders.python], async (folder) => {
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"];
    await must(venvPython(await pythonEnvironment()), [...pip, "--target", folder, uploaders.python], root);
  });
}

/** A folder with the SDK as pip builds and installs it from the source distribution; it goes first on PYTHONPATH. */
export async function pythonFromSource(): Promise<string> {
  const packages = await pythonPackages();
  const source = (await readdir(packages)).find((file) => file.endsWith(".tar.gz"));
  return made("python-source", ["sdk/python"], async (folder) => {
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"];
    await must(await pythonBuildTools(cache), [...pip, "--target", folder, path.join(packages, source ?? "")], root);
  });
}

/** A copy of the SDK's module. */
export function goSdk(): Promise<string> {
  return made("go", ["sdk/go"], async (folder) => {
    await cp(path.join(root, "sdk/go"), folder, { recursive: true });
  });
}

/**
 * How Go programs are built here: as set-up builds the CLI, and from the same versions (tools/sdkgen/sdk/go.mod), so
 * that Go's cache serves both and Pulumi's Go SDK is compiled once. Linked without what debuggers read, as each
 * `pulumi` command links the program again.
 */
export function goSettings(mod: "mod" | "readonly"): Record<string, string> {
  // `go test` would vet with flags of its own, and so all that is imported once more.
  return {
    GOFLAGS: `-mod=${mod} -trimpath -ldflags=-s -vet=off`,
    CGO_ENABLED: "0",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
  };
}

/**
 * With the same flags everywhere, since Go keeps what it learnt of eight hundred packages for one set of them. Pulumi's
 * generic outputs are applied to resources by value, which holds a lock.
 */
export const goVet = ["vet", "-copylocks=false"];

/** Makes a module of a folder with Go programs: its module file, if it has none, finds the SDK in `sdk`. */
export async function goProgram(folder: string, sdk: string): Promise<void> {
  const file = path.join(folder, "go.mod");
  const fresh = `module programs\n\ngo 1.26\n\nrequire ${goModule} v${version}\n`;
  const written = existsSync(file) ? await readFile(file, "utf8") : fresh;
  await writeFile(file, `${written}\nreplace ${goModule} => ${sdk}\n`);
  await cp(path.join(sdk, "go.sum"), path.join(folder, "go.sum"));
}

/** Why a language cannot be tried on this machine; undefined when it can. Tests say it and skip. */
export function whyNot(language: "python" | "go"): string | undefined {
  if (language === "go") return onPath("go") ? undefined : "no `go` on PATH";
  return onPath("python3") || onPath("python") ? undefined : "no `python3` on PATH";
}

/**
 * A folder named by what it is made from: paths below the repository, or any text. `make` gets a folder that
 * is put into place when it is complete, and that place, for tools that write their own path into files.
 */
async function made(
  name: string,
  from: readonly string[],
  make: (unfinished: string, folder: string) => Promise<void>,
): Promise<string> {
  const digest = await digestOf(from);
  const folder = path.join(cache, `${name}-${digest}`);
  const done = `${folder}.done`;
  if (existsSync(done)) return folder;
  await mkdir(cache, { recursive: true });
  return withLock(path.join(cache, `${name}.lock`), {}, async () => {
    if (existsSync(done)) return folder;
    const old = (await readdir(cache)).filter((file) => new RegExp(`^${name}-[0-9a-f]{12}(\\.done)?$`).test(file));
    for (const file of old) await rm(path.join(cache, file), { recursive: true, force: true });
    const unfinished = await mkdtemp(path.join(cache, "unfinished-"));
    await make(unfinished, folder);
    if ((await digestOf(from)) !== digest)
      throw new Error(`the sources of ${name} changed while it was made: try again`);
    if (existsSync(folder)) await rm(unfinished, { recursive: true });
    else await rename(unfinished, folder);
    await writeFile(done, "");
    return folder;
  });
}

async function digestOf(from: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const each of from) await digest(each, hash);
  return hash.digest("hex").slice(0, 12);
}

async function digest(source: string, hash: ReturnType<typeof createHash>): Promise<void> {
  const full = path.join(root, source);
  if (source.includes(" ") || !existsSync(full)) {
    hash.update(source);
    return;
  }
  const entries = await readdir(full, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) {
    hash.update(await readFile(full));
    return;
  }
  const files = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(`\0${path.relative(root, file)}\0`).update(await readFile(file));
}
