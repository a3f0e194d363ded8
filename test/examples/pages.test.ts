/**
 * The programs on the pages of the schema, which are the documentation of the SDKs: the YAML ones on the real engine
 * against the emulator, Python with Pulumi's mocks, Go by its compiler. TypeScript is checked in docs.test.ts.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import schema from "../../provider/schema.json" with { type: "json" };
import { siteId, useClouds } from "../engine/cloud.ts";
import { type Block, schemaBlocks } from "./blocks.ts";
import { Project } from "./project.ts";
import { goSdk, goProgram, goSettings, goVet, must, pythonEnvironment, venvPython, whyNot } from "./toolbox.ts";

const newCloud = useClouds();
const blocks = schemaBlocks();
const languages = ["typescript", "python", "go", "csharp", "yaml"];
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "edgecache-pages-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("every page has its programs in every language", () => {
  const tokens = [...Object.keys(schema.resources), ...Object.keys(schema.functions)];
  for (const token of tokens) {
    const shown = blocks.filter(({ where }) => where === token).map(({ language }) => language);
    expect(shown.length, token).toBeGreaterThan(0);
    expect(shown, token).toEqual(shown.map((_, index) => languages[index % languages.length]));
  }
});

test("yaml: all of them on the real engine", async () => {
  const taskMs = [
    "esa.preloadMs",
    "esa.uploadMs",
    "teo.purgeMs",
    "teo.prefetchMs",
    "cdn.refreshMs",
    "dcdn.refreshMs",
    "cdn.preloadMs",
    "dcdn.preloadMs",
  ];
  const limits = Object.fromEntries(taskMs.map((name) => [name, 200]));
  const versions = [0, 1, 2].map((version) => ({ version }));
  const site = { siteId, siteName: "example.com", account: "1234567890123456", records: ["www.example.com"], versions };
  const cloud = await newCloud({
    seed: { limits, services: { esa: { sites: [{ ...site, versionManagement: true }] } } },
  });
  const hosts = ["www.example.com", "www.example.net", "cdn.example.com", "dcdn.example.com"];
  await cloud.origin.publish(...hosts.map((host) => ({ host, path: "/app.js", body: host })));
  const ofResources = blocks.filter(({ where }) => where in schema.resources || where.endsWith(":hashFiles"));
  await mkdir(path.join(folder, "dist"), { recursive: true });
  const files = { "dist/app.js": "app", "moved-urls.txt": "http://www.example.com/moved\n", "prices.json": "{}" };
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  await writeFile(path.join(folder, "Pulumi.yaml"), merged(ofResources));
  await using project = await Project.ofFolder(folder, cloud, { release: "v1" });
  const all = Object.keys(parse(merged(ofResources)).resources).length;
  expect(await project.up()).toContain(`+ ${all + 1} created`);

  // Those that list tasks have something to list now.
  const ofFunctions = blocks.filter((block) => !ofResources.includes(block));
  await writeFile(path.join(project.folder, "Pulumi.yaml"), merged(ofFunctions));
  await project.must("up", "--yes", "--skip-preview");
  const outputs = Object.entries(await project.outputs());
  expect(outputs.length).toBeGreaterThan(10);
  for (const [name, value] of outputs) expect(value, name).toBeTruthy();
});

test.skipIf(whyNot("python") !== undefined)("python: all of them with Pulumi's mocks", async () => {
  const samples = Object.fromEntries(
    Object.entries(schema.functions).map(([token, { outputs }]) => [token, sample(outputs)]),
  );
  await writeFile(path.join(folder, "samples.json"), JSON.stringify(samples));
  const programs = blocks.filter(({ language }) => language === "python");
  await writeFile(path.join(folder, "programs.json"), JSON.stringify(programs));
  await writeFile(path.join(folder, "run.py"), pythonRunner);
  const python = venvPython(await pythonEnvironment());
  expect(await must(python, ["run.py"], folder)).toBe(`${programs.length} programs\n`);
});

test.skipIf(whyNot("go") !== undefined)("go: all of them compile", async () => {
  const programs = blocks.filter(({ language }) => language === "go");
  const module = path.join(folder, "go");
  for (const [index, { code }] of programs.entries()) {
    await mkdir(path.join(module, `${index}`), { recursive: true });
    await writeFile(path.join(module, `${index}/main.go`), code);
  }
  await goProgram(module, await goSdk());
  await must("go", [...goVet, "./..."], module, { ...process.env, ...goSettings("mod") });
});

/** One program with the resources and outputs of all, each under a name of its own. */
function merged(programs: readonly Block[]): string {
  const all: Record<string, Record<string, unknown>> = { config: {}, variables: {}, resources: {}, outputs: {} };
  const sources = programs.filter(({ language }) => language === "yaml");
  for (const [index, { where, code }] of sources.entries()) {
    const own = `${where.split(":").slice(1).join("-")}-${index}`;
    const names = Object.keys({ ...parse(code).variables, ...parse(code).resources });
    const renamed = names.reduce(
      (text, name) => text.replaceAll(new RegExp(`\\$\\{${name}(?=[.\\[}])`, "g"), `\${${own}-${name}`),
      code,
    );
    for (const [part, entries] of Object.entries<Record<string, unknown>>(parse(renamed))) {
      for (const [name, value] of Object.entries(entries)) {
        Object.assign(all[part] ?? {}, { [part === "config" ? name : `${own}-${name}`]: value });
      }
    }
  }
  return stringify({ name: "pages", runtime: "yaml", ...all });
}

interface Type {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Type;
  readonly oneOf?: readonly Type[];
  readonly properties?: Readonly<Record<string, Type>>;
}

/** A value of a type of the schema, such as a function could return. */
function sample({ type, $ref, items, oneOf: [first] = [], properties }: Type): unknown {
  const types: Readonly<Record<string, Type>> = schema.types;
  if ($ref) return sample(types[$ref.replace("#/types/", "")] ?? {});
  if (first) return sample(first);
  if (type === "array") return [sample(items ?? {})];
  if (properties) return Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, sample(each)]));
  return { string: "x", integer: 1, number: 1, boolean: true }[type ?? ""] ?? {};
}

const pythonRunner = `import json, pulumi

samples = json.load(open("samples.json"))
programs = json.load(open("programs.json"))

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args): return ["id", args.inputs]
    def call(self, args): return samples[args.token]

@pulumi.runtime.test
def run(code, where):
    exec(compile(code, where, "exec"), {})

for each in programs:
    pulumi.runtime.set_mocks(Mocks(), project="pages", stack="dev")
    pulumi.runtime.set_all_config({"pages:release": "v1"})
    run(each["code"], each["where"])
print(len(programs), "programs")
`;
