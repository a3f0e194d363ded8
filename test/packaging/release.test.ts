/** What a release consists of: one version everywhere, the same bytes from the same sources, terms and contents told. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { expect, test } from "vitest";
import {
  dynamicPackage,
  emulatorPackage,
  executableArchive,
  must,
  nodePackage,
  pluginArchive,
  pythonPackages,
  releaseDigest,
  root,
  version,
  whyNot,
} from "../examples/toolbox.ts";

test("one version in plugin, schema, SDKs and emulator", async () => {
  const json = async (file: string) => JSON.parse(await readFile(path.join(root, file), "utf8"));
  const nodejs = await json("sdk/nodejs/package.json");
  const pyproject = await readFile(path.join(root, "sdk/python/pyproject.toml"), "utf8");
  expect({
    schema: (await json("provider/schema.json")).version,
    emulator: (await json("emulator/package.json")).version,
    nodejs: nodejs.version,
    "nodejs's plugin": nodejs.pulumi.version,
    python: /^ {2}version = "(.+)"$/m.exec(pyproject)?.[1],
    "python's plugin": (await json("sdk/python/pulumi_edgecache/pulumi-plugin.json")).version,
    "go's plugin": (await json("sdk/go/edgecache/pulumi-plugin.json")).version,
  }).toEqual({
    schema: version,
    emulator: version,
    nodejs: version,
    "nodejs's plugin": version,
    python: version,
    "python's plugin": version,
    "go's plugin": version,
  });
});

test("two builds give the same bytes", async ({ skip }) => {
  const sources = await releaseDigest();
  const first = [await pluginArchive(), await executableArchive()];
  const again = await mkdtemp(path.join(tmpdir(), "edgecache-release-"));
  try {
    const names = first.map((file) => /-v[^-]+-(.+)\.tar\.gz$/.exec(file)?.[1] ?? "");
    await must(process.execPath, [path.join(root, "tools/release/build.ts"), ...names, "--out", again], root);
    if ((await releaseDigest()) !== sources) skip("the sources changed between the two builds: NOT compared");
    for (const file of first) expect(await sha256(path.join(again, path.basename(file)))).toBe(await sha256(file));
    const sums = (await readFile(path.join(again, "SHA256SUMS"), "utf8")).trim().split("\n");
    for (const [sum, file = ""] of sums.map((line) => line.split("  "))) {
      expect(await sha256(path.join(again, file)), file).toBe(sum);
    }
    expect(sums).toHaveLength(4);
    expect((await readdir(again)).length).toBe(5);
  } finally {
    await rm(again, { recursive: true });
  }
});

test("packing the packages again gives the same bytes", async ({ skip }) => {
  const withoutPython = whyNot("python");
  if (withoutPython !== undefined) skip(`the packages were NOT compared: ${withoutPython}`);
  const first = [await nodePackage(), await dynamicPackage(), await emulatorPackage()];
  const python = await pythonPackages();
  first.push(...(await readdir(python)).map((file) => path.join(python, file)));
  const again = await mkdtemp(path.join(tmpdir(), "edgecache-pack-"));
  try {
    await must(process.execPath, [path.join(root, "tools/release/pack.ts"), "--out", again], root);
    expect((await readdir(again)).toSorted()).toEqual(first.map((file) => path.basename(file)).toSorted());
    for (const file of first)
      expect(await sha256(path.join(again, path.basename(file))), file).toBe(await sha256(file));
  } finally {
    await rm(again, { recursive: true });
  }
});

test("the bill of materials and the licences name the same packages", async () => {
  const archive = await executableArchive();
  const bomText = await readFile(archive.replace(/\.tar\.gz$/, ".cdx.json"), "utf8");
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bomText)).toBeNull();
  const bom = JSON.parse(bomText);
  const texts = await must("tar", ["xzOf", archive, "THIRD-PARTY-LICENSES.txt"], root);
  expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", metadata: { component: { version } } });
  const components: { name: string; version: string; licenses: { license?: { name?: string } }[] }[] = bom.components;
  expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(["node", "@bufbuild/protobuf", "zod"]));
  for (const { name, version: each } of components) expect(texts).toContain(`\n${name}@${each} (`);
  const unknown = components.filter(({ licenses }) => licenses[0]?.license?.name === "NOASSERTION");
  expect(unknown.map(({ name }) => name)).toEqual([]);
});

async function sha256(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
