/**
 * What Pulumi's generators leave to a provider's author, and its own providers do in their Makefiles: where the compiled
 * code is, which README is shown, the module file, the licence.
 */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { edgecache } from "../provider/src/provider.ts";
import { sdkReadme } from "./sdk-readme.ts";

const root = path.resolve(import.meta.dirname, "..");

/** Finishes what was generated into `dir`; languages that users generate for themselves stay as they are. */
export async function finishSdk(language: string, dir: string, schema: string): Promise<void> {
  const finish = { nodejs: finishNode, python: finishPython, go: finishGo }[language];
  if (finish === undefined) return;
  await finish(dir, schema);
  const readme = await sdkReadme(language);
  if (readme !== undefined) await writeFile(path.join(dir, "README.md"), readme);
  await cp(path.join(root, "LICENSE"), path.join(dir, "LICENSE"));
}

/** The modules of the schema that are folders of an SDK: `esa` of `edgecache:esa:PurgeTrigger`. */
export function modulesOf(schema: string): string[] {
  const { resources }: { resources: Record<string, unknown> } = JSON.parse(schema);
  return [...new Set(Object.keys(resources).map((token) => token.split(":")[1] ?? ""))].sort();
}

/**
 * What a program can import: the package and its modules, `pulumi-edgecache/esa`. `typesVersions` says the same to
 * compilers that resolve as Node 10 did, which is what Pulumi's templates ask for.
 */
export function entries(folder: string, modules: readonly string[]) {
  const at = (file: string) => ({ types: `./${folder}/${file}.d.ts`, default: `./${folder}/${file}.js` });
  return {
    exports: {
      ".": at("index"),
      ...Object.fromEntries(modules.map((name) => [`./${name}`, at(`${name}/index`)])),
      "./package.json": "./package.json",
    },
    typesVersions: { "*": Object.fromEntries(modules.map((name) => [name, [`./${folder}/${name}/index.d.ts`]])) },
  };
}

/** The build tools that the generator names are nothing that a user of the package needs. */
async function finishNode(dir: string, schema: string): Promise<void> {
  const file = path.join(dir, "package.json");
  const { scripts: _scripts, devDependencies: _tools, ...generated } = JSON.parse(await readFile(file, "utf8"));
  const finished = {
    ...generated,
    // npm wants to know what kind of repository it is.
    repository: { type: "git", url: `git+${generated.repository}.git`, directory: "sdk/nodejs" },
    main: "bin/index.js",
    types: "bin/index.d.ts",
    ...nodeEntries(schema),
    files: ["bin"],
  };
  await writeFile(file, `${JSON.stringify(finished, null, 2)}\n`);
}

/** Files by their path as well, which programs could always name. */
function nodeEntries(schema: string) {
  const { exports, typesVersions } = entries("bin", modulesOf(schema));
  return { exports: { ...exports, "./bin/*": "./bin/*" }, typesVersions };
}

/** pyproject.toml names the README beside it; the generator puts one into the package. */
async function finishPython(dir: string): Promise<void> {
  await rm(path.join(dir, "pulumi_edgecache/README.md"));
}

/** `go.sum` holds what `go build` downloaded once. */
async function finishGo(dir: string, schema: string): Promise<void> {
  for (const file of ["go.mod", "go.sum"]) await cp(path.join(root, "tools/sdkgen/sdk", file), path.join(dir, file));
  const { language } = JSON.parse(schema);
  const modulePath = /^module (.+)$/m.exec(await readFile(path.join(dir, "go.mod"), "utf8"))?.[1];
  if (modulePath !== language.go.modulePath) {
    throw new Error(`tools/sdkgen/sdk/go.mod says ${modulePath}, the schema says ${language.go.modulePath}`);
  }
  await mendOptionalUnions(path.join(dir, "edgecache/x/pulumiTypes.go"));
  // The generator documents the root with the schema's description, and no other package.
  await writeGoDoc(dir, "", "edgecache", goRoot);
  for (const name of modulesOf(schema)) {
    const about = (await edgecache.modules[name]?.())?.about;
    if (about === undefined) throw new Error(`the module ${name} exports no \`about\``);
    await writeGoDoc(dir, name, name, `Package ${name} ${about}.`);
  }
}

const goRoot = `Package edgecache purges edge caches exactly when content changed: Alibaba Cloud ESA, CDN and DCDN, Tencent Cloud EdgeOne.

The resources are in the packages esa, cdn, dcdn and teo below it. Here are what they share: HashFiles, which makes the
Contents of a trigger from a folder; Provider, for credentials and endpoints that a program gives; GetPolicy, the least
that a key must be allowed.`;

/** What pkg.go.dev shows of a package, and of its variant with generic types. */
async function writeGoDoc(dir: string, folder: string, name: string, about: string): Promise<void> {
  const generic = `${about}\n\nThis variant has generic types, those of Pulumi's package pulumix.`;
  for (const [variant, text] of Object.entries({ edgecache: about, "edgecache/x": generic })) {
    const comment = text.replaceAll(/^/gm, "// ").replaceAll(/ +$/gm, "");
    await writeFile(path.join(dir, variant, folder, "doc.go"), `${comment}\npackage ${name}\n`);
  }
}

/** The generator forgets the pointer in the result of getters of optional unions, which then do not compile. */
async function mendOptionalUnions(file: string): Promise<void> {
  const getter = /pulumix\.Output\[any\](?= \{\n\treturn pulumix\.Apply\[\w+\]\(o, func\(v \w+\) \*any \{)/g;
  await writeFile(file, (await readFile(file, "utf8")).replace(getter, "pulumix.Output[*any]"));
}
