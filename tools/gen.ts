/**
 * npm run gen: writes what is generated and committed.
 *
 *   provider/schema.json   from the definitions in provider/src, with the programs of provider/examples
 *   sdk/<language>         from schema.json, with Pulumi's own generators (tools/sdkgen)
 *   sdk/dynamic            the version in its package.json, and LICENSE as in every package
 *   our version            in pages and examples, and CHANGELOG.md from the plugin's (tools/versions.ts)
 *   wire/messages.ts       of the engine layer, from the descriptors of Pulumi's protocol (tools/messages.ts)
 *   docs/reference.md      from schema.json, and the keys in docs/installation-configuration.md
 *   docs/pictures          from what was recorded and measured (tools/pictures; `npm run pictures` records anew)
 *   docs/pages/facts       from the vendors' pages, models and our notes (tools/pages), and from those
 *   docs/*.md              coverage and errors
 *
 * `--check` changes nothing and fails when a file is not what would be written.
 * `--language nodejs,python,go,dotnet --out DIR` writes SDKs elsewhere, for trying out.
 */
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { withExamples, withoutExamples } from "./examples.ts";
import { messageTables } from "./messages.ts";
import { executable, onPath } from "./setup/find-pulumi.mjs";
import { pageFiles } from "./pages/pages.ts";
import { entries, finishSdk, modulesOf } from "./finish-sdks.ts";
import { pictureFiles } from "./pictures/files.ts";
import { reference, withKeys } from "./reference.ts";
import { versionedFiles, withVersion } from "./versions.ts";
import { capture, lastLines } from "./setup/run.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const schemaFile = path.join(root, "provider/schema.json");
const messagesFile = path.join(root, "provider/src/engine/wire/messages.ts");
const sdkFolder = path.join(root, "sdk");

/** The SDKs that are committed. */
const committed = ["nodejs", "python", "go"];

/** What users have generated for themselves: here only that it can be. */
const generatedByUsers = ["dotnet"];

/** What is installed or built inside an SDK's folder and not generated. */
const notGenerated = new Set(["node_modules", "bin", "build", "dist", "__pycache__", "pulumi_edgecache.egg-info"]);

const { values: flags } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    language: { type: "string", default: committed.join(",") },
    out: { type: "string", default: sdkFolder },
  },
});

process.exitCode = flags.check ? await check() : await generate();

async function generate(): Promise<number> {
  const schema = await newSchema();
  const forTrying = flags.out !== sdkFolder;
  if (!forTrying) {
    await writeFile(schemaFile, schema);
    await writeFile(messagesFile, await newMessages());
    for (const [file, text] of await newFiles(schema)) await writeFile(path.join(root, file), text);
  }
  const sdks = await newSdks(schema, languages());
  try {
    for (const language of languages()) await replace(path.join(sdks, language), path.join(flags.out, language));
  } finally {
    await rm(sdks, { recursive: true });
  }
  const written = languages().map((language) => path.relative(process.cwd(), path.join(flags.out, language)));
  console.log(
    `gen: wrote ${[...(forTrying ? [] : ["provider/schema.json", "docs/reference.md"]), ...written].join(", ")}`,
  );
  return 0;
}

async function check(): Promise<number> {
  const committedSchema = (await readText(schemaFile)) ?? "";
  const hasGo = goCommand() !== undefined;
  const schema = hasGo ? await newSchema() : committedSchema;
  const isCurrent = hasGo ? schema === committedSchema : (await definitions()) === withoutExamples(committedSchema);
  const changes = isCurrent ? [] : ["provider/schema.json"];
  for (const [file, text] of await newFiles(schema)) {
    if (text !== (await readText(path.join(root, file)))) changes.push(file);
  }
  if (hasGo) {
    if ((await newMessages()) !== (await readText(messagesFile))) changes.push(path.relative(root, messagesFile));
    const sdks = await newSdks(schema, [...languages(), ...generatedByUsers]);
    try {
      for (const language of languages()) {
        const old = path.join(flags.out, language);
        for (const file of await differences(path.join(sdks, language), old))
          changes.push(path.join("sdk", language, file));
      }
    } finally {
      await rm(sdks, { recursive: true });
    }
  } else {
    console.log("gen: SDKs and examples not compared: their generator is built with Go, and there is no Go on PATH");
  }
  if (changes.length === 0) return 0;
  console.error(
    `gen: not up to date; run \`npm run gen\` and commit:\n${changes.map((file) => `  ${file}`).join("\n")}`,
  );
  return 1;
}

function languages(): string[] {
  return flags.language.split(",");
}

async function newSchema(): Promise<string> {
  const schema = await definitions();
  return inNewFolder(async (dir) => {
    const file = path.join(dir, "schema.json");
    await writeFile(file, schema);
    const printed = await sdkgen("-schema", file, "-examples", path.join(root, "provider/examples"));
    return withExamples(schema, JSON.parse(printed));
  });
}

/** The protocol's messages, as Pulumi's own Go module has them. */
async function newMessages(): Promise<string> {
  return messageTables(Buffer.from(await sdkgen("-descriptors"), "base64"));
}

/** The schema as the definitions say it: without examples. */
async function definitions(): Promise<string> {
  const result = await capture(process.execPath, ["provider/schema.ts"], { cwd: root });
  if (result.code !== 0) throw new Error(`provider/schema.ts failed:\n${lastLines(result)}`);
  return result.stdout;
}

/** What the schema writes, or writes a part of, beside the SDKs. */
async function newFiles(schema: string): Promise<[file: string, text: string][]> {
  const configuration = "docs/installation-configuration.md";
  const dynamic = "sdk/dynamic/package.json";
  const { version } = JSON.parse(schema);
  const written = JSON.parse(await readFile(path.join(root, dynamic), "utf8"));
  const ways = entries("dist", modulesOf(schema));
  const exports = { ...ways.exports, "./provider": "./dist/provider.js" };
  const manifest = { ...written, version, exports, typesVersions: ways.typesVersions };
  const page = await readFile(path.join(root, configuration), "utf8");
  return [
    ["docs/reference.md", reference(schema)],
    ...(await pictureFiles(root)),
    ...(await pageFiles(root, schema)),
    ...(await versionedFiles(root)).filter(([file]) => file !== configuration),
    [configuration, withVersion(withKeys(page, schema))],
    [dynamic, `${JSON.stringify(manifest, null, 2)}\n`],
    ["sdk/dynamic/LICENSE", await readFile(path.join(root, "LICENSE"), "utf8")],
  ];
}

/** A new folder with one folder for each language. The caller removes it. */
async function newSdks(schema: string, wanted: readonly string[]): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), "edgecache-gen-"));
  const schemaCopy = path.join(dir, "schema.json");
  await writeFile(schemaCopy, schema);
  await sdkgen("-schema", schemaCopy, "-out", dir, "-language", wanted.join(","));
  for (const language of wanted) await finishSdk(language, path.join(dir, language), schema);
  return dir;
}

async function sdkgen(...args: string[]): Promise<string> {
  const result = await capture(await buildGenerator(), args);
  if (result.code !== 0) throw new Error(`sdkgen failed:\n${lastLines(result)}`);
  return result.stdout;
}

async function inNewFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(path.join(tmpdir(), "edgecache-gen-"));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Built once for each state of its source: linking alone takes seconds. */
async function buildGenerator(): Promise<string> {
  const go = goCommand();
  if (!go) throw new Error("the SDK generator is built with Go; install Go 1.26 or newer");
  const source = path.join(root, "tools/sdkgen");
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum", "main.go", "examples.go", "descriptors.go"])
    hash.update(await readFile(path.join(source, file)));
  const folder = path.join(root, ".cache/sdkgen");
  const binary = path.join(folder, `${hash.digest("hex").slice(0, 16)}-${executable("sdkgen")}`);
  if (existsSync(binary)) return binary;
  console.log("gen: building tools/sdkgen (the first time takes a minute or two)");
  await mkdir(folder, { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  const result = await capture(go, ["build", "-trimpath", "-buildvcs=false", "-o", unfinished, "."], {
    cwd: source,
    env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" },
  });
  if (result.code !== 0) throw new Error(`building tools/sdkgen failed:\n${lastLines(result)}`);
  await rename(unfinished, binary);
  return binary;
}

function goCommand(): string | undefined {
  return onPath("go");
}

/** Files that are missing, new or changed in `now` against `wanted`. */
async function differences(wanted: string, now: string): Promise<string[]> {
  const names = new Set([...(await listFiles(wanted)), ...(await listFiles(now))]);
  const changed = [];
  for (const name of [...names].sort()) {
    if ((await readText(path.join(wanted, name))) !== (await readText(path.join(now, name)))) changed.push(name);
  }
  return changed;
}

async function replace(from: string, to: string): Promise<void> {
  const wanted = new Set(await listFiles(from));
  for (const name of await listFiles(to)) if (!wanted.has(name)) await rm(path.join(to, name));
  await cp(from, to, { recursive: true });
}

async function listFiles(dir: string): Promise<string[]> {
  if (!existsSync(dir)) return [];
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.split(path.sep).some((part) => notGenerated.has(part)))
    .sort();
}

async function readText(file: string): Promise<string | undefined> {
  return existsSync(file) ? await readFile(file, "utf8") : undefined;
}
