/** The plugin's archives: without Node, and every way in which the engine finds a plugin. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { siteId, useClouds } from "../engine/cloud.ts";
import { Project } from "../examples/project.ts";
import { executableArchive, must, pluginArchive, root, version } from "../examples/toolbox.ts";

const newCloud = useClouds();
const preview = "will purge 1 tag (new trigger: what the edge holds is unknown): 1 call to PurgeCaches";
/** The small form, unpacked. */
let unpacked = "";

beforeAll(async () => {
  unpacked = await mkdtemp(path.join(tmpdir(), "edgecache-plugin-"));
  await must("tar", ["xzf", await pluginArchive(), "-C", unpacked], unpacked);
});
afterAll(() => rm(unpacked, { recursive: true, force: true }));

/** A YAML program on a machine where nothing is installed yet. */
async function newProject(): Promise<Project> {
  const project = await Project.ofExample("release-by-tag-yaml", await newCloud(), { siteId, release: "v1" });
  await project.must("plugin", "rm", "--all", "--yes");
  return project;
}

test("every bundle loads, those too that only few programs come to", async () => {
  const load = `
    const folder = ${JSON.stringify(path.join(unpacked, "lib"))};
    for (const file of fs.readdirSync(folder)) if (file !== "main.mjs") await import(path.join(folder, file));
    process.exit();`;
  expect(
    await must(
      process.execPath,
      ["--input-type=module", "-e", `import fs from "node:fs"; import path from "node:path"; ${load}`],
      unpacked,
    ),
  ).toBe("");
});

test("without a plugin the program fails: what is found below is found by that way", async () => {
  await using project = await newProject();
  const { code, output } = await project.run("preview");
  expect(code).not.toBe(0);
  expect(output).toMatch(/edgecache/);
});

test("check 51 the single executable runs a whole program in a home without Node on PATH", async () => {
  await using project = await newProject();
  project.env["PATH"] = path.dirname(project.bin);
  await project.must("plugin", "install", "resource", "edgecache", version, "--file", await executableArchive());
  expect(await must("/bin/sh", ["-c", "command -v node || echo no node"], project.folder, project.env)).toBe(
    "no node\n",
  );
  expect(await project.preview()).toContain(preview);
  await project.up();
  expect(await project.outputs()).toEqual({ status: "complete", purges: 1 });
  await project.destroy();
});

test("check 51 found through PATH", async () => {
  await using project = await newProject();
  project.env["PATH"] = `${unpacked}${path.delimiter}${project.env["PATH"]}`;
  delete project.env["PULUMI_IGNORE_AMBIENT_PLUGINS"];
  expect(await project.preview()).toContain(preview);
});

test("check 51 found through plugins.providers.path", async () => {
  await using project = await newProject();
  const file = path.join(project.folder, "Pulumi.yaml");
  const plugins = { providers: [{ name: "edgecache", path: unpacked }] };
  await writeFile(file, `${await readFile(file, "utf8")}plugins: ${JSON.stringify(plugins)}\n`);
  expect(await project.preview()).toContain(preview);
});

test("check 51 found through PULUMI_DEBUG_PROVIDERS", async () => {
  await using project = await newProject();
  const plugin = spawn(path.join(unpacked, "pulumi-resource-edgecache"), { env: project.env, stdio: "pipe" });
  try {
    const [port] = await once(plugin.stdout, "data");
    project.env["PULUMI_DEBUG_PROVIDERS"] = `edgecache:${String(port).trim()}`;
    expect(await project.preview()).toContain(preview);
  } finally {
    plugin.kill();
  }
});

test("check 51 found through pulumi plugin install --file, and through package add by name", async () => {
  await using project = await newProject();
  await project.must("plugin", "install", "resource", "edgecache", version, "--file", await pluginArchive());
  expect(await project.preview()).toContain(preview);
  await project.must("package", "add", "edgecache");
  expect(await readFile(path.join(project.folder, "Pulumi.yaml"), "utf8")).toMatch(
    /packages:\n\s+edgecache: edgecache/,
  );
  expect(await project.preview()).toContain(preview);
});

test("check 51 found through pulumi package add, by the folder that a build makes", async () => {
  await using project = await newProject();
  await project.must("package", "add", path.join(root, "provider/bin"));
  expect(await readFile(path.join(project.folder, "Pulumi.yaml"), "utf8")).toContain("packages:");
  expect(await project.preview()).toContain(preview);
});

test("check 51 pulumi package add takes the schema alone, and is then a package of any way above", async () => {
  await using project = await newProject();
  await project.must("package", "add", path.join(root, "provider/schema.json"));
  await project.must("plugin", "install", "resource", "edgecache", version, "--file", await pluginArchive());
  expect(await project.preview()).toContain(preview);
});
