/** The packed npm packages in an empty project: CommonJS and ES modules, strict types without `skipLibCheck` for its own. */
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { capture } from "../../tools/setup/run.mjs";
import { must, nodeProject, version } from "../examples/toolbox.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-node-"));
  await symlink(path.join(await nodeProject(), "node_modules"), path.join(folder, "node_modules"), "junction");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const packages = ["pulumi-edgecache", "pulumi-edgecache-dynamic"];
const tells = `console.log(typeof esa.PurgeTrigger, typeof teo.PurgeTrigger, typeof hashFiles, esa.PurgeType.Cachetag);`;
const told = "function function function cachetag\n".repeat(packages.length);

test("CommonJS; both packages have the same names, but for the explicit provider", async () => {
  const scripts = packages.map((name) => `{ const { esa, teo, hashFiles } = require("${name}"); ${tells} }`);
  const compare = `
    const namesOf = (module) => Object.entries(module).flatMap(([name, value]) =>
      typeof value === "object" ? namesOf(value).map((inner) => name + "." + inner) : [name]);
    const [sdk, dynamic] = ${JSON.stringify(packages)}.map((name) => namesOf(require(name)));
    const only = (these, those) => these.filter((name) => !those.includes(name));
    console.log(JSON.stringify([only(sdk, dynamic), only(dynamic, sdk)]));`;
  await writeFile(path.join(folder, "use.cjs"), [...scripts, compare].join("\n"));
  expect(await must(process.execPath, ["use.cjs"], folder)).toBe(`${told}[["Provider"],[]]\n`);
});

test("ES modules, by name and as a namespace", async () => {
  const scripts = packages.map((name, index) => {
    const file = `use-${index}.mjs`;
    const script = `import { esa, teo, hashFiles } from "${name}";
      import * as edgecache from "${name}";
      if (edgecache.esa !== esa) throw new Error("two copies");
      ${tells}`;
    return { file, script };
  });
  for (const { file, script } of scripts) await writeFile(path.join(folder, file), script);
  await writeFile(path.join(folder, "use.mjs"), scripts.map(({ file }) => `import "./${file}";\n`).join(""));
  expect(await must(process.execPath, ["use.mjs"], folder)).toBe(told);
});

test("a module by its own name, CommonJS and ES", async () => {
  const modules = ["esa", "cdn", "dcdn", "teo"];
  const both = packages.flatMap((name) => modules.map((module) => ({ name, module })));
  const compare = both.map(({ name, module }) => `require("${name}/${module}") === require("${name}").${module}`);
  await writeFile(path.join(folder, "modules.cjs"), `console.log([${compare.join(", ")}].every(Boolean));`);
  expect(await must(process.execPath, ["modules.cjs"], folder)).toBe("true\n");
  const imports = packages.map((name, index) => `import { PurgeType as t${index} } from "${name}/cdn";`);
  await writeFile(path.join(folder, "modules.mjs"), `${imports.join("\n")}\nconsole.log(t0.File, t1.CacheTag);`);
  expect(await must(process.execPath, ["modules.mjs"], folder)).toBe("File CacheTag\n");
});

test("documentation shows globs as they are written, not HTML", async () => {
  const docs = await readFile(path.join(folder, "node_modules/pulumi-edgecache/bin/hashFiles.d.ts"), "utf8");
  expect(docs).toContain(String.raw`exclude: ["**\/*.map"]`);
  const files = await readdir(path.join(folder, "node_modules/pulumi-edgecache/bin"), { recursive: true });
  for (const file of files.filter((name) => name.endsWith(".d.ts"))) {
    expect(await readFile(path.join(folder, "node_modules/pulumi-edgecache/bin", file), "utf8"), file).not.toMatch(
      /&#\d+;/,
    );
  }
});

test("check 53 the SDK for Node compiles under the strictest options, in packages of type commonjs and module", async () => {
  const programs = ["commonjs", "module"].flatMap((type) => packages.map((name) => ({ type, name })));
  for (const { type, name } of programs) {
    await mkdir(path.join(folder, type), { recursive: true });
    await writeFile(path.join(folder, type, "package.json"), JSON.stringify({ type }));
    await writeFile(
      path.join(folder, type, `${name}.ts`),
      `import * as edgecache from "${name}";
     const purge = new edgecache.esa.PurgeTrigger("a", { siteId: "1", type: "cachetag", targets: ["x"], contentHash: "1" });
     export const status: edgecache.types.enums.TriggerStatus | undefined = undefined;
     export const tasks = purge.tasks.apply((tasks) => tasks.map(({ taskIds }) => taskIds.join().toUpperCase()));
     // @ts-expect-error a type that ESA does not have
     new edgecache.esa.PurgeTrigger("b", { siteId: "1", type: "everything" });\n`,
    );
  }
  const options = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: "nodenext",
    target: "es2022",
    noEmit: true,
    types: ["node"],
    skipLibCheck: false,
  };
  await writeFile(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: programs.map(({ type, name }) => `${type}/${name}.ts`) }),
  );
  const tsc = path.join(folder, "node_modules/typescript/bin/tsc");
  const { stdout } = await capture(process.execPath, [tsc, "-p", folder], { cwd: folder });
  // Pulumi's own declarations are not clean under all of these; ours and the program are.
  const ours = stdout.split("\n").filter((line) => /error TS/.test(line) && !/@pulumi|@opentelemetry|@grpc/.test(line));
  expect(ours).toEqual([]);
});

test("the package holds what it names and nothing of this repository", async () => {
  const installed = path.join(folder, "node_modules/pulumi-edgecache");
  expect((await readdir(installed)).toSorted()).toEqual(["LICENSE", "README.md", "bin", "package.json"]);
  const script = `console.log(JSON.stringify(require("pulumi-edgecache/package.json")))`;
  const manifest = JSON.parse(await must(process.execPath, ["-e", script], folder));
  expect(manifest).toMatchObject({
    version,
    pulumi: { resource: true, name: "edgecache", version, server: expect.stringMatching(/^github:\/\//) },
  });
});

test("the dynamic resources ask for no plugin, and say under which terms they hold what they hold", async () => {
  const installed = path.join(folder, "node_modules/pulumi-edgecache-dynamic");
  expect((await readdir(installed)).toSorted()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
  const manifest = JSON.parse(await readFile(path.join(installed, "package.json"), "utf8"));
  expect(manifest).toMatchObject({ version });
  expect(manifest).not.toHaveProperty("pulumi");
  const terms = await readFile(path.join(installed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  const bom = JSON.parse(await readFile(path.join(installed, "dist/sbom.cdx.json"), "utf8"));
  for (const { name, version } of bom.components) expect(terms).toContain(`${name}@${version} (`);
  expect(bom.components).toContainEqual(expect.objectContaining({ name: "@alicloud/openapi-core" }));
});
