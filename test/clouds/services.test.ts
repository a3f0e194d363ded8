/**
 * What a registered service must have on the provider's side: an emulator, a conformance suite, a table of errors and
 * one of limits; and what registering it takes. The emulator's side: emulator/test/services.test.ts.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { suiteOf } from "../../emulator/test/conformance/registered.ts";
import { startEmulator } from "../../emulator/src/index.ts";
import * as emulators from "../../emulator/src/vendors/index.ts";
import { template as templateEmulator } from "../../emulator/src/vendors/template/index.ts";
import * as clouds from "../../provider/src/clouds/index.ts";
import * as cache from "../../provider/src/clouds/template/cache/index.ts";
import { codes } from "../../provider/src/clouds/template/errors.ts";
import { template } from "../../provider/src/clouds/template/index.ts";
import { subjectsIn } from "../triggers/subjects.ts";
import { ask, contextOf } from "../triggers/world.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const emulated = [...Object.values(emulators), templateEmulator].flatMap(({ services }) => services);

interface Registered {
  readonly name: string;
  readonly resources: readonly { readonly token: string }[];
  readonly about: string | undefined;
  /** Of everything that its module needs, below `provider/src/clouds`. */
  readonly files: ReadonlyMap<string, string>;
  readonly subjects: readonly { readonly token: string; readonly submit: string; readonly list: string }[];
  /** The operations that its emulator knows; `undefined`: it has none. */
  readonly operations: readonly string[] | undefined;
}

const services = Object.entries({ ...clouds, template }).flatMap(([vendor, cloud]) =>
  Object.entries(cloud.services).map(([name, load]) => ({ vendor, name, load })),
);

test.each(services)("$name has all that a service needs", async ({ vendor, name, load }) => {
  expect(lacking(await registered(vendor, name, load))).toEqual([]);
});

test("what a service lacks is named", async () => {
  const whole = await registered("template", "template", template.services.template);
  const files = new Map([...whole.files].filter(([file]) => !/errors|limits/.test(file)));
  expect(lacking({ ...whole, files, about: undefined, operations: undefined, subjects: [] })).toEqual([
    "no emulator: emulator/src/vendors has no service of this name",
    "edgecache:template:PurgeTrigger has no conformance suite",
    "no table of errors",
    "no table of limits",
    "its index.ts exports no `about`",
  ]);
  const undated = new Map([...files, ["template/errors.ts", ""], ["template/cache/limits.ts", "const perCall = 10;"]]);
  expect(lacking({ ...whole, files: undated, operations: ["ListPurges"] })).toEqual([
    "PurgeUrls of its suite is no operation of its emulator",
    "template/cache/limits.ts has no source with its date",
  ]);
  await expect(subjectsIn("none")).rejects.toThrow("the service none has no conformance suite");
});

test("registering a cloud is one line in the provider and one in the emulator", () => {
  const naming = (folder: string, own: RegExp, name: string): string[] =>
    sources(folder)
      .filter((file) => !own.test(file) && !file.endsWith(".generated.ts"))
      .flatMap((file) =>
        read(file)
          .split("\n")
          .filter((line) => new RegExp(`from "[^"]*/${name}/|import\\("[^"]*/${name}/`).test(line))
          .map((line) => `${file}: ${line}`),
      );
  const provider = (name: string) => naming("provider/src", new RegExp(`/clouds/${name}/`), name);
  const emulator = (name: string) => naming("emulator/src", new RegExp(`/vendors/${name}/`), name);
  for (const name of Object.keys(clouds)) {
    expect(provider(name)).toEqual([
      `provider/src/clouds/index.ts: export { ${name} } from "./${name}/index.ts";`,
      // RAM and CAM have languages of their own for policies, which `getPolicy` writes
      ...(read("provider/src/policies/policy.ts").match(new RegExp(`import .*clouds/${name}/.*`, "g")) ?? []).map(
        (line) => `provider/src/policies/policy.ts: ${line}`,
      ),
    ]);
  }
  // the object storage is a listener of its own
  expect(emulator("tencent")).toEqual(['emulator/src/vendors/index.ts: export { tencent } from "./tencent/index.ts";']);
  // the template is in neither list, so no user has it
  expect([...provider("template"), ...emulator("template")]).toEqual([]);
  expect(read("provider/schema.json")).not.toContain("template");
});

test("the template sorts every code that its cloud answers, and asks its questions", async () => {
  const known = [...(templateEmulator.services[0]?.catalog.keys() ?? [])];
  expect(known.filter((code) => !Object.hasOwn(codes, code))).toEqual([]);
  await using emulator = await startEmulator({ vendors: [templateEmulator] });
  const context = contextOf(emulator.configuration);
  expect(await ask(cache, "edgecache:template:getPurges", context, {})).toEqual({ tasks: [] });
  const { templateEndpoint } = emulator.configuration;
  const asking = ask(cache, "edgecache:template:getPurges", contextOf({ templateEndpoint }), {});
  await expect(asking).rejects.toThrow("no credentials were found. Set templateKeyId and templateKeySecret.");
});

function lacking({ resources, about, files, subjects, operations }: Registered): string[] {
  const triggers = resources.map(({ token }) => token).filter((token) => token.endsWith("Trigger"));
  const suites = subjects.map(({ token }) => `edgecache:${token}`);
  const tables = [...files].filter(([file]) => file.endsWith("/limits.ts"));
  return [
    ...(operations ? [] : ["no emulator: emulator/src/vendors has no service of this name"]),
    ...subjects
      .flatMap(({ submit, list }) => [submit, list])
      .filter((operation) => operations?.includes(operation) === false)
      .map((operation) => `${operation} of its suite is no operation of its emulator`),
    ...triggers.filter((token) => !suites.includes(token)).map((token) => `${token} has no conformance suite`),
    ...([...files.keys()].some((file) => file.endsWith("/errors.ts")) ? [] : ["no table of errors"]),
    ...(tables.length > 0 ? [] : ["no table of limits"]),
    ...tables
      .filter(([, text]) => !/read(On: "| )\d{4}-\d{2}-\d{2}/.test(text))
      .map(([file]) => `${file} has no source with its date`),
    ...(about === undefined ? ["its index.ts exports no `about`"] : []),
  ];
}

async function registered(
  vendor: string,
  name: string,
  load: () => Promise<Pick<Registered, "resources"> & { readonly about?: string }>,
): Promise<Registered> {
  const { resources, about } = await load();
  const entry = /import\("\.\/([^"]+)"\)/.exec(
    read(`provider/src/clouds/${vendor}/index.ts`)
      .split("\n")
      .find((line) => line.trimStart().startsWith(`${name}:`)) ?? "",
  )?.[1];
  const subjects = (await subjectsIn(name)).map(([token, { submit, list }]) => ({ token, submit, list }));
  return {
    name,
    resources,
    about,
    files: needed(`${vendor}/${entry}`),
    subjects,
    operations: emulated.find((service) => service.name === name) && (await operationsIn(name)),
  };
}

/** What the emulator's own suite of the service calls: each of its operations, as its test demands. */
async function operationsIn(service: string): Promise<string[]> {
  const { rows } = await suiteOf(service);
  return rows.map(({ action }) => action);
}

/** Everything that a file imports below `provider/src/clouds`, with its text. */
function needed(entry: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (found.has(entry) || entry.startsWith("..")) return found;
  const text = read(`provider/src/clouds/${entry}`);
  found.set(entry, text);
  for (const [, specifier = ""] of text.matchAll(/from "(\.[^"]+)"/g)) {
    needed(path.posix.join(path.posix.dirname(entry), specifier), found);
  }
  return found;
}

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file.split(path.sep).join("/")}`);
}

function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}
