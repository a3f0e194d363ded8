/**
 * Every code block of README, docs/, the READMEs of examples, emulator and dynamic resources, and the examples in the schema: type-checked
 * against the packed SDK, parsed and checked against the schema, or the same as a program that the tests run.
 */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import rootPackage from "../../package.json" with { type: "json" };
import schema from "../../provider/schema.json" with { type: "json" };
import { findPulumi } from "../../tools/setup/find-pulumi.mjs";
import { capture } from "../../tools/setup/run.mjs";
import { type Block, blocksOf, schemaBlocks } from "./blocks.ts";
import { nodeProject, root } from "./toolbox.ts";

const { stdout } = await capture("git", ["ls-files", "*.md"], { cwd: root });
const pages = stdout
  .split("\n")
  .filter((file) => /^(README|CONTRIBUTING|docs\/|examples\/|(emulator|sdk\/\w+)\/README)/.test(file));
// Those about the inside quote it, see the last test.
const checked = pages.filter((file) => !/^docs\/(decisions|engine)\//.test(file));
const ofPages = await Promise.all(
  checked.map(async (file) => blocksOf(file, await readFile(path.join(root, file), "utf8"))),
);
const ofSchema = schemaBlocks();
// The reference shows what the schema has.
const isShown = ({ code }: Block): boolean => ofSchema.some((block) => block.code === code);
const blocks: Block[] = [...ofSchema, ...ofPages.flat().filter((block) => !isShown(block))];

// C# is what Pulumi's generator makes of programs that run in the other languages; "text" is what was printed, which
// the tests of what prints it compare.
const known = ["typescript", "ts", "yaml", "python", "go", "csharp", "sh", "json", "text", ""];
test("no block is in a language that nothing checks", () => {
  expect(blocks.filter(({ language }) => !known.includes(language)).map(({ where }) => where)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(30);
});

describe("typescript", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "edgecache-docs-"));
    await symlink(path.join(await nodeProject(), "node_modules"), path.join(folder, "node_modules"), "junction");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("every block is a program that compiles, or a piece of one", async () => {
    const sources = blocks.filter(({ language }) => language === "typescript" || language === "ts");
    const files = new Map<string, string>();
    await mkdir(path.join(folder, "blocks"));
    for (const [index, block] of sources.entries()) {
      const file = `blocks/${index}.ts`;
      files.set(file, block.where);
      await writeFile(path.join(folder, file), program(block.code));
    }
    const compilerOptions = {
      strict: true,
      module: "nodenext",
      target: "esnext",
      lib: ["esnext", "esnext.disposable"],
      types: ["node"],
      skipLibCheck: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      paths: {
        "edgecache-emulator": [path.join(root, "emulator/src/index.ts")],
        "edgecache-emulator/pulumi": [path.join(root, "emulator/src/pulumi.ts")],
        vitest: [path.join(root, "node_modules/vitest/dist/index.d.ts")],
      },
    };
    await writeFile(path.join(folder, "package.json"), `{ "type": "module" }`);
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [...files.keys()] }));
    const tsc = path.join(root, "node_modules/typescript/bin/tsc");
    const result = await capture(process.execPath, [tsc, "-p", folder], { cwd: folder });
    const errors = result.stdout.split("\n").filter((line) => line.startsWith("blocks/"));
    expect(errors.map((line) => `${files.get(/^[^(]+/.exec(line)?.[0] ?? "")}: ${line}`)).toEqual([]);
  });

  /** What a piece without imports may assume. */
  function program(code: string): string {
    if (/^import /m.test(code)) return `${code}\nexport {};\n`;
    const imports = `import * as pulumi from "@pulumi/pulumi";\nimport * as edgecache from "pulumi-edgecache";\n`;
    // What a piece leaves out is somebody else's.
    const whole = code.replaceAll("{ /* … */ }", "{} as never");
    return `${imports}declare const uploads: pulumi.Resource[], siteId: string;\n${whole}\nexport {};\n`;
  }
});

describe("yaml", () => {
  const sources = blocks.filter(({ language, where }) => language === "yaml" && !where.startsWith("edgecache:"));
  test.each(sources)("$where names resources, functions and inputs that there are", ({ code }) => {
    const { resources = {} } = parse(code) ?? {};
    for (const { type, properties = {} } of Object.values<{ type: string; properties?: object }>(resources)) {
      const resource = Object.entries(schema.resources).find(([token]) => token === type)?.[1];
      expect(resource, `resource ${type}`).toBeDefined();
      for (const key of Object.keys(properties)) expect(resource?.inputProperties, type).toHaveProperty(key);
      for (const key of resource?.requiredInputs ?? []) expect(properties, type).toHaveProperty(key);
    }
    for (const [, name] of stringify(parse(code)).matchAll(/function: "?(\S+?)"?$/gm)) {
      expect(Object.keys(schema.functions)).toContain(name);
    }
  });
});

test("python and go blocks are programs of examples/ or of the schema, which the tests run", async () => {
  const files = ["release-by-tag", "static-site"].flatMap((name) => [
    `${name}-python/__main__.py`,
    `${name}-go/main.go`,
  ]);
  files.push("testing-python/test_site.py", "testing-go/site_test.go");
  const programs = await Promise.all(files.map((file) => readFile(path.join(root, "examples", file), "utf8")));
  const others = blocks.filter(
    ({ language, where }) => (language === "python" || language === "go") && !where.startsWith("edgecache:"),
  );
  const strange = others.filter(({ code }) => !programs.some((program) => program.trim() === code.trim()));
  expect(strange.map(({ where }) => where)).toEqual([]);
});

test("the programs of the first pages are those of examples/, which the tests run", async () => {
  const names = ["release-by-tag/index.ts", "static-site/index.ts"];
  const programs = await Promise.all(names.map((name) => readFile(path.join(root, "examples", name), "utf8")));
  const shown = ofPages
    .flat()
    .filter(({ language, where }) => language === "typescript" && /^(README|docs\/_index|sdk\/nodejs)/.test(where));
  expect(shown.map(({ code }) => programs.includes(code))).toEqual([true, true, true, true]);
});

test("commands are commands: npm's scripts, pulumi's words, the plugin's configuration keys", async () => {
  const { bin } = await findPulumi();
  const lines = blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ where, code }) => code.split("\n").map((line) => ({ where, line: line.replace(/\s+#.*$/, "") })));
  const words = new Set<string>();
  const wrong: string[] = [];
  for (const { where, line } of lines) {
    const script = /^npm (?:run )?(\S+)/.exec(line)?.[1];
    const npmsOwn = ["install", "ci", undefined];
    if (!npmsOwn.includes(script) && !Object.keys(rootPackage.scripts).includes(script ?? "")) {
      wrong.push(`${where}: no script ${script}`);
    }
    for (const [, key = ""] of line.matchAll(/edgecache:(\w+) /g)) {
      if (line.includes("config set") && !(key in schema.config.variables)) wrong.push(`${where}: no key ${key}`);
    }
    for (const [, command = ""] of line.matchAll(/(?:^|&& )pulumi ((?:[a-z][a-z-]* ?)+)/g)) {
      const depth = ["config", "plugin", "package", "stack"].includes(command.split(" ")[0] ?? "") ? 2 : 1;
      words.add(command.trim().split(" ").slice(0, depth).join(" "));
    }
  }
  expect(wrong).toEqual([]);
  const helps = [...words].map(async (word) => [word, (await capture(bin, [...word.split(" "), "--help"])).stdout]);
  for (const [word = "", help] of await Promise.all(helps)) expect(help, word).toContain(`pulumi ${word}`);
  expect(words.size).toBeGreaterThan(5);
});

test("pages about the inside quote what is there, line by line", async () => {
  const sources = await Promise.all(
    ["docs/engine/example/note.ts", "sdk/dynamic/src/meta.ts"].map((file) => readFile(path.join(root, file), "utf8")),
  );
  const inside = pages.filter((file) => !checked.includes(file));
  const texts = await Promise.all(
    inside.map(async (file) => blocksOf(file, await readFile(path.join(root, file), "utf8"))),
  );
  const lines = texts.flat().flatMap(({ code }) => code.split("\n").filter((line) => line.trim() !== "…"));
  expect(lines.filter((line) => !sources.some((source) => source.includes(line)))).toEqual([]);
  expect(lines.length).toBeGreaterThan(10);
});
