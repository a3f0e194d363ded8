/**
 * The types of the packed npm packages under each way in which TypeScript resolves modules. Our own declarations are
 * checked too, as for projects without `skipLibCheck`; those of other packages are theirs.
 */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emulatorProject, nodeProject } from "../examples/toolbox.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-resolution-"));
  for (const project of [await nodeProject(), await emulatorProject()]) await link(path.join(project, "node_modules"));
  for (const type of ["commonjs", "module"]) {
    await mkdir(path.join(folder, type));
    await writeFile(path.join(folder, type, "package.json"), JSON.stringify({ type }));
    await writeFile(path.join(folder, type, "program.ts"), program);
    await writeFile(path.join(folder, type, "suite.ts"), suite);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const program = `import * as pulumi from "@pulumi/pulumi";
import * as edgecache from "pulumi-edgecache";
import * as esa from "pulumi-edgecache/esa";
import * as dynamic from "pulumi-edgecache-dynamic";
import * as dynamicCdn from "pulumi-edgecache-dynamic/cdn";
import { PurgeTrigger, PurgeType } from "pulumi-edgecache/dcdn";
import { PurgeTrigger as DynamicTrigger, PurgeType as DynamicType } from "pulumi-edgecache-dynamic/dcdn";

const purge = new edgecache.esa.PurgeTrigger("a", { siteId: "1", type: "cachetag", targets: ["x"], contentHash: "1" });
new esa.PurgeTrigger("b", { siteId: "1", type: esa.PurgeType.File, targets: ["https://a/"] }, { dependsOn: purge });
new dynamic.esa.PurgeTrigger("c", { siteId: "1", type: "cachetag", targets: ["x"] });
new PurgeTrigger("g", { type: PurgeType.Directory, targets: ["https://a/"], contentHash: "1" });
new DynamicTrigger("h", { type: DynamicType.Directory, targets: ["https://a/"], contentHash: "1" });
new dynamicCdn.PurgeTrigger("d", { type: "File", targets: ["https://a/"] });
export const ids: pulumi.Output<string[]> = purge.tasks.apply((tasks) => tasks.flatMap(({ taskIds }) => taskIds));
// @ts-expect-error a type that ESA does not have
new edgecache.esa.PurgeTrigger("e", { siteId: "1", type: "everything" });
// @ts-expect-error a type that CDN does not have
new dynamicCdn.PurgeTrigger("f", { type: "everything" });
`;
const suite = `import { startEmulator, type LogEntry } from "edgecache-emulator";
import { testStack } from "edgecache-emulator/pulumi";

export const calls = async (): Promise<readonly LogEntry[]> => (await startEmulator()).control.requests.find();
export const stack = testStack({ program: async () => ({ a: 1 }) });
// @ts-expect-error: no such option
export const wrong = testStack({ programme: async () => {} });
`;

const { ModuleKind: kinds, ModuleResolutionKind: ways } = ts;
// As Pulumi's templates have it; TypeScript 6 wants to be told that this is known to be old.
const template = { module: kinds.CommonJS, moduleResolution: ways.Node10, ignoreDeprecations: "6.0" };
test.each([
  { name: "node10, as in Pulumi's templates", type: "commonjs", options: { ...template, esModuleInterop: false } },
  { name: "node16", type: "module", options: { module: kinds.Node16 } },
  { name: "nodenext in a CommonJS package", type: "commonjs", options: { module: kinds.NodeNext } },
  { name: "bundler", type: "module", options: { module: kinds.ESNext, moduleResolution: ways.Bundler } },
])("$name", ({ type, options }) => {
  expect(complaints(["program", "suite"], type, options)).toEqual([]);
});

test("node16 in a CommonJS package: the SDKs; ES modules such as the emulator are not for it", () => {
  const options = { module: kinds.Node16 };
  expect(complaints(["program"], "commonjs", options)).toEqual([]);
  expect(complaints(["suite"], "commonjs", options)).toEqual([
    expect.stringMatching(/^commonjs\/suite\.ts: The current file is a CommonJS module/),
    expect.stringMatching(/^commonjs\/suite\.ts: The current file is a CommonJS module/),
  ]);
});

/** Of the program and of our declarations, under the strictest options. */
function complaints(files: readonly string[], type: string, options: ts.CompilerOptions): string[] {
  const names = files.map((file) => path.join(folder, type, `${file}.ts`));
  const checked = ts.createProgram(names, {
    ...options,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
    types: ["node"],
    typeRoots: [path.join(folder, "node_modules/@types")],
    // The packages see each other as in one folder of a user.
    preserveSymlinks: true,
  });
  const ours = checked.getSourceFiles().filter(({ fileName }) => isOurs.test(path.relative(folder, fileName)));
  expect(ours.length).toBeGreaterThan(names.length + 10);
  const found = [...checked.getOptionsDiagnostics(), ...ours.flatMap((file) => checked.getSemanticDiagnostics(file))];
  return found.map(({ file, messageText }) => {
    const where = path.relative(folder, file?.fileName ?? folder).replaceAll("\\", "/");
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

const isOurs = /^(commonjs|module|node_modules[\\/](edgecache-emulator|pulumi-edgecache(-dynamic)?))[\\/]/;

/** All packages of a project, beside those of the others. */
async function link(modules: string, scope = ""): Promise<void> {
  const to = path.join(folder, "node_modules", scope);
  await mkdir(to, { recursive: true });
  const there = await readdir(to);
  for (const name of await readdir(path.join(modules, scope))) {
    if (name.startsWith("@")) await link(modules, name);
    else if (!name.startsWith(".") && !there.includes(name)) {
      await symlink(path.join(modules, scope, name), path.join(to, name), "junction");
    }
  }
}
