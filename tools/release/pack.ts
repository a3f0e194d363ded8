/**
 * npm run release:pack: the packages as npm and PyPI get them, in .cache/release/packages. Two runs at one commit give
 * the same bytes.
 *
 *   npm run release:pack -- nodejs dynamic emulator python     these only
 *   npm run release:pack -- --out DIR
 */
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { npm } from "../setup/dependencies.mjs";
import { archive } from "./archive.ts";
import { must } from "./must.ts";
import { pythonBuildTools } from "./python.ts";

const root = path.resolve(import.meta.dirname, "../..");
const cache = path.join(root, ".cache/release");

const packages: Readonly<Record<string, (work: string, out: string) => Promise<void>>> = {
  nodejs: (_, out) => pack(path.join(root, "sdk/nodejs"), out),
  dynamic: (_, out) => pack(path.join(root, "sdk/dynamic"), out),
  emulator: async (work, out) => {
    const built = path.join(work, "emulator");
    await must(process.execPath, [path.join(root, "emulator/build.ts"), built], root);
    await pack(built, out);
  },
  python: buildPython,
};

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string", default: path.join(cache, "packages") } },
});
const wanted = positionals.length > 0 ? positionals : Object.keys(packages);
const out = path.resolve(flags.out);
await mkdir(cache, { recursive: true });
await mkdir(out, { recursive: true });
const work = await mkdtemp(path.join(cache, "pack-"));
try {
  for (const name of wanted) {
    const make = packages[name];
    if (make === undefined) throw new Error(`no package ${name}; there are ${Object.keys(packages).join(", ")}`);
    await make(work, out);
  }
} finally {
  await rm(work, { recursive: true });
}

async function pack(folder: string, to: string): Promise<void> {
  const { command, args } = npm(root);
  await must(command, [...args, "pack", "--silent", "--ignore-scripts", "--pack-destination", to], folder);
}

/** The wheel takes its times from SOURCE_DATE_EPOCH and its modes from the files. */
async function buildPython(work: string, to: string): Promise<void> {
  const source = path.join(work, "python");
  const unwanted = /^(build|dist|__pycache__|.*\.egg-info)$/;
  await cp(path.join(root, "sdk/python"), source, {
    recursive: true,
    filter: (file) => !unwanted.test(path.basename(file)),
  });
  for (const { file } of await filesOf(source)) await chmod(file, 0o644);
  const env = { ...process.env, SOURCE_DATE_EPOCH: "315532800", PYTHONHASHSEED: "0" };
  const built = path.join(work, "python-dist");
  const python = await pythonBuildTools(cache);
  await must(python, ["-m", "build", "--no-isolation", "--outdir", built, source], work, env);
  for (const name of await readdir(built)) {
    const file = path.join(built, name);
    if (name.endsWith(".tar.gz")) await repack(file, work);
    await rename(file, path.join(to, name));
  }
}

/** setuptools writes the time of the build into a source distribution. */
async function repack(file: string, work: string): Promise<void> {
  const folder = path.join(work, "python-sdist");
  await mkdir(folder);
  await must("tar", ["xzf", file, "-C", folder], work);
  const entries = (await filesOf(folder)).map(async ({ file, name }) => ({ name, content: await readFile(file) }));
  await writeFile(file, archive(await Promise.all(entries)));
}

async function filesOf(folder: string): Promise<{ file: string; name: string }[]> {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  return found.map((each) => {
    const file = path.join(each.parentPath, each.name);
    return { file, name: path.relative(folder, file).split(path.sep).join("/") };
  });
}
