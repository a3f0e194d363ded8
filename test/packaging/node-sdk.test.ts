/** The packed npm package in an empty project: CommonJS and ES modules, strict types without `skipLibCheck` for its own. */
import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { capture } from "../../tools/setup/run.mjs";
import { must, nodeProject, version } from "../examples/toolbox.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-node-"));
  await symlink(path.join(await nodeProject(), "node_modules"), path.join(folder, "node_modules"), "junction");
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const tells = `console.log(typeof esa.PurgeTrigger, typeof teo.PurgeTrigger, typeof Provider, esa.PurgeType.Cachetag);`;

test("CommonJS", async () => {
  const script = `const { esa, teo, Provider } = require("pulumi-edgecache"); ${tells}`;
  await writeFile(path.join(folder, "use.cjs"), script);
  expect(await must(process.execPath, ["use.cjs"], folder)).toBe("function function function cachetag\n");
});

test("ES modules, by name and as a namespace", async () => {
  const script = `import { esa, teo, Provider } from "pulumi-edgecache";
    import * as edgecache from "pulumi-edgecache";
    if (edgecache.esa !== esa) throw new Error("two copies");
    ${tells}`;
  await writeFile(path.join(folder, "use.mjs"), script);
  expect(await must(process.execPath, ["use.mjs"], folder)).toBe("function function function cachetag\n");
});

test.each(["commonjs", "module"])("types under the strictest options, in a package of type %s", async (type) => {
  const program = path.join(folder, type);
  await must("mkdir", ["-p", program], folder);
  await writeFile(path.join(program, "package.json"), JSON.stringify({ type }));
  await writeFile(
    path.join(program, "index.ts"),
    `import * as edgecache from "pulumi-edgecache";
     const purge = new edgecache.esa.PurgeTrigger("a", { siteId: "1", type: "cachetag", targets: ["x"], contentHash: "1" });
     export const status: edgecache.types.enums.TriggerStatus | undefined = undefined;
     export const tasks = purge.tasks.apply((tasks) => tasks.map(({ taskId }) => taskId.toUpperCase()));
     // @ts-expect-error a type that ESA does not have
     new edgecache.esa.PurgeTrigger("b", { siteId: "1", type: "everything" });\n`,
  );
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
    path.join(program, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: ["index.ts"] }),
  );
  const tsc = path.join(folder, "node_modules/typescript/bin/tsc");
  const { stdout } = await capture(process.execPath, [tsc, "-p", program], { cwd: folder });
  // Pulumi's own declarations are not clean under all of these; ours and the program are.
  const ours = stdout.split("\n").filter((line) => /error TS/.test(line) && !/@pulumi|@opentelemetry|@grpc/.test(line));
  expect(ours).toEqual([]);
});

test("the package holds what it names and nothing of this repository", async () => {
  const installed = path.join(folder, "node_modules/pulumi-edgecache");
  expect((await readdir(installed)).toSorted()).toEqual(["README.md", "bin", "package.json"]);
  const script = `console.log(JSON.stringify(require("pulumi-edgecache/package.json")))`;
  const manifest = JSON.parse(await must(process.execPath, ["-e", script], folder));
  expect(manifest).toMatchObject({
    version,
    pulumi: { resource: true, name: "edgecache", version, server: expect.stringMatching(/^github:\/\//) },
  });
});
