/**
 * npm run release:build: what a release consists of, in .cache/release/dist.
 *
 *   pulumi-resource-edgecache-v<V>-<os>-<arch>.tar.gz   one executable, no Node needed, for six platforms
 *   pulumi-resource-edgecache-v<V>-node.tar.gz          the same plugin for an installed Node ≥ 20
 *   pulumi-resource-edgecache-v<V>-<..>.cdx.json        what is inside, as CycloneDX
 *   SHA256SUMS                                          of all of these
 *
 * Two builds of one commit give the same bytes.
 *
 *   npm run release:build -- linux-amd64 node           these only
 *   npm run release:build -- --out DIR
 *
 * Executables for macOS get an ad-hoc signature when they are built on macOS, as the release workflow does:
 * Apple's processors refuse what is not signed, and no other system has the tool.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import packageJson from "../../provider/package.json" with { type: "json" };
import { npm } from "../setup/dependencies.mjs";
import { capture, lastLines } from "../setup/run.mjs";
import { type Entry, archive } from "./archive.ts";
import { type Scripts, bundle } from "./bundle.ts";
import { whyNotRun } from "./inspect.ts";
import { bom, componentsOf, nodeComponent, notices } from "./notices.ts";
import { type NodePackage, type Target, builder, targets, whyNotNode } from "./targets.ts";

const root = path.resolve(import.meta.dirname, "../..");
const cache = path.join(root, ".cache/release");
const { version } = packageJson;

const { values: flags, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string", default: path.join(cache, "dist") } },
});
const names = [...targets.map(({ name }) => name), "node"];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no target ${unknown.join(", ")}; there are ${names.join(", ")}`);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);

await rm(flags.out, { recursive: true, force: true });
await mkdir(flags.out, { recursive: true });
await mkdir(cache, { recursive: true });
const license = await readFile(path.join(root, "LICENSE"));
const work = await mkdtemp(path.join(cache, "work-"));
try {
  if (isWanted("node")) await buildForNode();
  const executables = targets.filter(({ name }) => isWanted(name));
  if (executables.length > 0) {
    const scripts = await bundle();
    for (const target of executables) await buildExecutable(target, scripts);
  }
  await writeChecksums();
} finally {
  await rm(work, { recursive: true });
}

async function buildExecutable(target: Target, scripts: Scripts): Promise<void> {
  const node = await provideNode(target.node);
  const builderNode = await provideNode(builder(target.node.version));
  const file = `pulumi-resource-edgecache${target.name.startsWith("windows") ? ".exe" : ""}`;
  const output = path.join(work, `${target.name}-${file}`);
  await writeFile(path.join(work, "main.js"), scripts.main);
  await writeFile(path.join(work, "late.js"), scripts.late);
  const config = {
    main: "main.js",
    output,
    executable: path.join(node, target.node.file),
    assets: { "late.js": "late.js" },
    disableExperimentalSEAWarning: true,
    // It would be of this machine's V8, and never the same twice: the executable writes one where it is used.
    useCodeCache: false,
  };
  await writeFile(path.join(work, "sea.json"), JSON.stringify(config));
  await must(path.join(builderNode, builder(target.node.version).file), ["--build-sea", "sea.json"], work);
  if (target.name.startsWith("darwin")) await sign(output);
  // Node's terms are the same on every platform, and the packages for Windows come without the text.
  const components = [await nodeComponent(builderNode, target.node.version), ...(await componentsOf(scripts.inputs))];
  const content = await readFile(output);
  const problem = whyNotRun(content, target.name, [scripts.main, scripts.late]);
  if (problem !== undefined) throw new Error(`the executable for ${target.name} would not run: ${problem}`);
  await write(target.name, [{ name: file, content, executable: true }], components);
}

/** What `npm run build` put into provider/bin, with the metafile's word for what is inside. */
async function buildForNode(): Promise<void> {
  const bin = path.join(root, "provider/bin");
  const files = (await readdir(bin, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const entries = files.map(async (file): Promise<Entry> => {
    const full = path.join(file.parentPath, file.name);
    const name = path.relative(bin, full).split(path.sep).join("/");
    return { name, content: await readFile(full), executable: name === "pulumi-resource-edgecache" };
  });
  await write("node", await Promise.all(entries), await componentsOf((await bundle()).inputs));
}

type Components = Awaited<ReturnType<typeof componentsOf>>;

async function write(name: string, entries: readonly Entry[], components: Components): Promise<void> {
  const texts = [
    { name: "LICENSE", content: license },
    { name: "THIRD-PARTY-LICENSES.txt", content: Buffer.from(notices(components)) },
  ];
  const base = path.join(flags.out, `pulumi-resource-edgecache-v${version}-${name}`);
  const packed = archive([...entries, ...texts]);
  await writeFile(`${base}.tar.gz`, packed);
  await writeFile(`${base}.cdx.json`, bom("pulumi-resource-edgecache", version, components));
  console.log(`release: ${path.basename(base)}.tar.gz ${(packed.length / 2 ** 20).toFixed(1)} MiB`);
}

async function writeChecksums(): Promise<void> {
  const files = (await readdir(flags.out)).sort();
  const lines = files.map(async (file) => `${sha256(await readFile(path.join(flags.out, file)))}  ${file}\n`);
  await writeFile(path.join(flags.out, "SHA256SUMS"), (await Promise.all(lines)).join(""));
}

/** The npm package, unpacked for this build from bytes whose digest is pinned; only the download is kept. */
async function provideNode(node: NodePackage): Promise<string> {
  const { package: name, version } = node;
  const folder = path.join(work, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  const packed = path.join(cache, `${name}-${version}.tgz`);
  if (!existsSync(packed)) await download(node, packed);
  const problem = whyNotNode(node, await readFile(packed));
  if (problem !== undefined) {
    await rm(packed);
    throw new Error(problem);
  }
  await mkdir(folder);
  await must("tar", ["xzf", packed, "--strip-components=1", "-C", folder], work);
  return folder;
}

async function download({ package: name, version }: NodePackage, to: string): Promise<void> {
  console.log(`release: fetching ${name} ${version} from npm`);
  const folder = await mkdtemp(path.join(work, "node-"));
  const { command, args } = npm(root);
  await must(command, [...args, "pack", "--silent", `${name}@${version}`, "--pack-destination", folder], folder);
  const [file = ""] = await readdir(folder);
  await rename(path.join(folder, file), to);
}

async function sign(file: string): Promise<void> {
  if (process.platform === "darwin") await must("codesign", ["--force", "--sign", "-", file], work);
  else console.log(`release: ${path.basename(file)} is not signed: macOS runs it only after \`codesign --sign -\``);
}

async function must(command: string, args: string[], cwd: string): Promise<void> {
  const result = await capture(command, args, { cwd });
  if (result.code !== 0) throw new Error(`${path.basename(command)} ${args.join(" ")} failed:\n${lastLines(result)}`);
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
