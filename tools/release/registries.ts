/** npm and PyPI: what of a version is there already, and whether it is the same. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type File, type Say, list, record } from "./github.ts";
import { must } from "./must.ts";

/** Publishes a tarball by npm itself, which says where it comes from (NPM_CONFIG_PROVENANCE), and runs no script of it. */
export async function publishToNpm(tarball: string, registry: string, say: Say): Promise<void> {
  const { name, version } = await manifestOf(tarball);
  const content = await readFile(tarball);
  const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
  const found = await ask(`${registry.replace(/\/$/, "")}/${name}/${version}`);
  if (found === undefined) {
    // The level is given: a surrounding `npm --silent` would hide why it failed.
    const how = ["--access", "public", "--ignore-scripts", "--loglevel", "notice", "--registry", registry];
    await must("npm", ["publish", tarball, ...how], tmpdir());
    return say(`npm: ${name} ${version} published`);
  }
  const there = record(record(found)["dist"])["integrity"];
  if (there !== integrity)
    throw new Error(`npm has another ${name} ${version}: ${String(there)} instead of ${integrity}`);
  say(`npm: ${name} ${version} is there`);
}

/** Fails if PyPI has other bytes by one of these names; its action then leaves out what is there. */
export async function checkPypi(
  files: readonly File[],
  project: string,
  version: string,
  api: string,
  say: Say,
): Promise<void> {
  const found = await ask(`${api}/${project}/${version}/json`);
  const there = found === undefined ? [] : list(record(found)["urls"]);
  for (const { name, content } of files) {
    const sha256 = createHash("sha256").update(content).digest("hex");
    const same = there.find(({ filename }) => filename === name);
    const digest = same && record(same["digests"])["sha256"];
    if (same !== undefined && digest !== sha256) {
      throw new Error(`PyPI has another ${name}: ${String(digest)} instead of ${sha256}`);
    }
    say(`PyPI: ${name} is ${same === undefined ? "missing" : "there"}`);
  }
}

async function manifestOf(tarball: string): Promise<{ name: string; version: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-publish-"));
  try {
    await must("tar", ["xzf", path.resolve(tarball), "-C", folder, "package/package.json"], folder);
    const manifest = record(JSON.parse(await readFile(path.join(folder, "package/package.json"), "utf8")));
    return { name: String(manifest["name"]), version: String(manifest["version"]) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { accept: "application/json" } });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
