/** Conformance on the real engine, in YAML and TypeScript programs (checks 46 to 53). */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Plugin } from "../protocol/plugin.ts";
import { exampleFolder, toyFolder } from "../protocol/setup.ts";
import { toyPath } from "../protocol/toy.ts";
import { Project, succeeded, thing, type Resources } from "./project.ts";

const realPlugin = path.resolve(import.meta.dirname, "../../provider/bin");

const rich = { shelfId: "s", size: 3, labels: { "odd.key": "1" }, tags: ["b", "a"], password: "open-sesame" };

test("check 46 YAML: preview, up, nothing to do, refresh, destroy", async () => {
  await using project = await Project.create();
  await project.yaml({ it: thing({ ...rich, file: { "fn::stringAsset": "body" } }) });
  expect(succeeded(await project.run("preview"))).toContain("+ 2 to create");
  expect(project.cloud.writes).toEqual([]);
  succeeded(await project.up());
  expect(succeeded(await project.run("preview", "--expect-no-changes"))).toContain("2 unchanged");
  succeeded(await project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes"));
  const [state] = await project.state();
  expect(state?.inputs).toMatchObject({ shelfId: "s", file: { text: "body" } });
  expect(await project.stateFile()).not.toContain("open-sesame");
  succeeded(await project.run("destroy", "--yes", "--skip-preview"));
  expect(project.cloud.things.size).toBe(0);
});

test("check 46 TypeScript: preview, up, nothing to do, refresh, destroy", async () => {
  await using project = await Project.create();
  await project.typescript(`
    import * as pulumi from "@pulumi/pulumi";
    class Thing extends pulumi.CustomResource {
      readonly etag!: pulumi.Output<string>;
      constructor(name: string, args: object) { super("toy:index:Thing", name, { etag: undefined, ...args }); }
    }
    const first = new Thing("first", ${JSON.stringify(rich)});
    const second = new Thing("second", { shelfId: "t", note: pulumi.secret(first.etag), folder: new pulumi.asset.AssetArchive({ "a.txt": new pulumi.asset.StringAsset("a") }) });
    export const etag = second.etag;
    export const greeting = pulumi.runtime.invoke("toy:index:greet", { name: "Ann" }).then((answer) => answer.greeting);
  `);
  expect(succeeded(await project.run("preview"))).toContain("+ 3 to create");
  succeeded(await project.up());
  expect(succeeded(await project.run("stack", "output", "greeting"))).toContain("hello Ann");
  expect(succeeded(await project.run("preview", "--expect-no-changes"))).toContain("3 unchanged");
  succeeded(await project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes"));
  succeeded(await project.run("destroy", "--yes", "--skip-preview"));
  expect(project.cloud.things.size).toBe(0);
});

test("check 47 what is imported shows no changes", async () => {
  await using project = await Project.create();
  project.cloud.things.set("s", { shelfId: "s", size: 3, labels: { a: "1" }, etag: "e0" });
  const program = path.join(project.folder, "generated.yaml");
  const imported = await project.run(
    "import",
    "toy:index:Thing",
    "it",
    "shelf/s",
    "--yes",
    "--protect=false",
    "--skip-preview",
    "--out",
    program,
  );
  succeeded(imported);
  expect(await readFile(program, "utf8")).toContain("toy:Thing");
  await project.yaml({ it: thing({ shelfId: "s", size: 3, labels: { a: "1" } }) });
  succeeded(await project.run("preview", "--expect-no-changes"));
  const nothing = await project.run("import", "toy:index:Thing", "no", "shelf/nothing", "--yes", "--skip-preview");
  expect(nothing.output).toContain("does not exist");
  const wrong = await project.run("import", "toy:index:Thing", "no", "wrong", "--yes", "--skip-preview");
  expect(wrong.output).toContain("wrong is no id of a thing: shelf/<shelfId>");
});

test("check 48 refresh, replace, target, protect, retain, aliases, ignoreChanges and get", async () => {
  await using project = await Project.create();
  const slot = { type: "toy:index:Slot", properties: { place: "p", value: "1" } };
  await project.yaml({ it: thing(rich), other: thing({ shelfId: "o" }), slot });
  succeeded(await project.up());

  project.cloud.things.set("s", { ...project.cloud.things.get("s"), size: 9 });
  expect(succeeded(await project.up("--refresh"))).toContain("~ 1 updated");
  expect(project.cloud.things.get("s")).toMatchObject({ size: 3 });

  const urn = (await project.state()).find(({ type }) => type === "toy:index:Slot")?.urn ?? "";
  expect(succeeded(await project.up("--replace", urn))).toContain("+-1 replaced");
  expect(project.cloud.things.get("p")).toMatchObject({ value: "1" });

  const ignoring = thing({ ...rich, size: 50, note: "n" }, { ignoreChanges: ["size"], protect: true });
  await project.yaml({ it: ignoring, renamed: thing({ shelfId: "o" }, { aliases: [{ name: "other" }] }), slot });
  expect(succeeded(await project.up())).toContain("~ 1 updated");
  expect(project.cloud.things.get("s")).toMatchObject({ size: 3, note: "n" });

  const kept = thing({ shelfId: "o" }, { retainOnDelete: true });
  const got = { type: "toy:index:Thing", get: { id: "shelf/s" } };
  await project.yaml({ it: ignoring, renamed: kept, got }, { outputs: { size: "${got.size}" } });
  succeeded(await project.up());
  expect(project.cloud.things.has("p")).toBe(false);
  expect(succeeded(await project.run("stack", "output", "size"))).toContain("3");
  expect((await project.run("destroy", "--yes", "--skip-preview")).output).toContain("protect");
  await project.run("state", "unprotect", "--all", "--yes");
  succeeded(await project.run("destroy", "--yes", "--skip-preview"));
  expect([...project.cloud.things.keys()]).toEqual(["o"]);
});

test("check 49 Ctrl-C in the middle keeps what is there, and the next up repairs it", async () => {
  await using project = await Project.create();
  const moody = (mode: string): Resources => ({ it: { type: "toy:index:Moody", properties: { name: "m", mode } } });
  await project.yaml(moody("partial"));
  const { child, ended } = project.start("up", "--yes", "--skip-preview");
  while (project.cloud.writes.length === 0) await sleep(20);
  await sleep(200);
  child.kill("SIGINT");
  const { output } = await ended;
  expect(output).toContain("only half is done");
  expect(output).not.toContain("exited prematurely");
  expect(await project.state()).toMatchObject([{ id: "m", initErrors: ["only half is done"] }]);
  await project.yaml(moody("ok"));
  expect(succeeded(await project.up())).toContain("~ 1 updated");
  expect((await project.state())[0]?.initErrors).toBe(undefined);
});

test("check 49 a killed engine takes its plugins along", async () => {
  await using project = await Project.create();
  await project.yaml({ it: { type: "toy:index:Moody", properties: { name: "m", mode: "deaf" } } });
  const { child } = project.start("up", "--yes", "--skip-preview");
  while (project.cloud.writes.length === 0) await sleep(20);
  child.kill("SIGKILL");
  await once(child, "exit");
  const start = performance.now();
  // The plugin's request to the cloud ends with it; its answer has long come. So ask the system.
  while ((await plugins(project.folder)) > 0 && performance.now() - start < 5_000) await sleep(50);
  expect(await plugins(project.folder)).toBe(0);
});

test("check 50 a provider whose configuration is unknown previews, with a warning", async () => {
  await using project = await Project.create();
  const write = (size: number): Promise<void> =>
    project.yaml({
      first: thing({ shelfId: "a", size }),
      second: { type: "pulumi:providers:toy", properties: { endpoint: `${project.cloud.url}/\${first.etag}/..` } },
      it: thing({ shelfId: "b", size }, { provider: "${second}" }),
    });
  await write(1);
  expect(succeeded(await project.run("preview"))).toContain("+ 4 to create");
  succeeded(await project.up());
  succeeded(await project.run("preview", "--expect-no-changes"));
  await write(2);
  expect(succeeded(await project.run("preview"))).toContain("inputs that are not known during preview");
});

test("check 51 the plugin starts from PATH, from the cache and under a debugger", async () => {
  await using project = await Project.create();
  const noPlugins = { plugins: { providers: [] } };
  await project.yaml({ it: thing({ shelfId: "s" }) }, noPlugins);
  expect((await project.run("preview")).code).not.toBe(0);

  project.env["PULUMI_IGNORE_AMBIENT_PLUGINS"] = "false";
  const searched = project.env["PATH"] ?? "";
  project.env["PATH"] = `${toyFolder}${path.delimiter}${searched}`;
  succeeded(await project.run("preview"));
  project.env["PATH"] = searched;

  succeeded(await project.run("plugin", "install", "resource", "toy", "1.2.3", "--file", toyFolder));
  succeeded(await project.up());

  succeeded(await project.run("plugin", "rm", "resource", "toy", "--yes"));
  await using debugged = await Plugin.start({ path: toyPath });
  project.env["PULUMI_DEBUG_PROVIDERS"] = `toy:${debugged.port}`;
  for (const size of [2, 3]) {
    await project.yaml({ it: thing({ shelfId: "s", size }) }, noPlugins);
    expect(succeeded(await project.up())).toContain("~ 1 updated");
  }
  succeeded(await project.run("destroy", "--yes", "--skip-preview"));
  expect(project.cloud.things.size).toBe(0);
  expect(debugged.process.exitCode).toBe(null);
});

test("check 52 state that an earlier version stored previews clean", async () => {
  await using project = await Project.create();
  await project.yaml({ it: thing({ ...rich, size: 1 }) });
  succeeded(await project.up());
  // As a version would have stored it that knew no default for the size, sorted no tags and wrapped no secret.
  const { output } = await project.run("stack", "export");
  const exported: { deployment: { resources: { type: string; inputs?: Record<string, unknown> }[] } } =
    JSON.parse(output);
  for (const { type, inputs } of exported.deployment.resources) {
    if (type !== "toy:index:Thing" || inputs === undefined) continue;
    delete inputs["size"];
    Object.assign(inputs, { tags: ["b", "a"], password: "open-sesame" });
  }
  const file = path.join(project.folder, "old.json");
  await writeFile(file, JSON.stringify(exported));
  succeeded(await project.run("stack", "import", "--file", file));
  succeeded(await project.run("preview", "--expect-no-changes"));
});

test.each([
  ["toy", toyFolder],
  ["example", exampleFolder],
  ["edgecache", realPlugin],
])(
  "check 53 the schema of %s is clean, from the folder and from the binary, without credentials",
  async (name, folder) => {
    await using project = await Project.create();
    const schemas = await Promise.all(
      [folder, path.join(folder, `pulumi-resource-${name}`)].map((source) =>
        project.run("package", "get-schema", source),
      ),
    );
    const [first, second] = schemas.map(succeeded);
    expect(first).toBe(second);
    expect(JSON.parse(first ?? "")).toMatchObject({ name });
    const file = path.join(project.folder, "schema.json");
    await writeFile(file, first ?? "");
    const checked = await project.run("schema", "check", file);
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.output).not.toMatch(/warning|error/i);
  },
);

test("partial state of 5 MiB is saved", async () => {
  await using project = await Project.create();
  const word = "x".repeat(5 * 1024 * 1024);
  await project.yaml({ it: { type: "toy:index:Moody", properties: { name: "m", mode: "half", word } } });
  expect((await project.up()).code).not.toBe(0);
  const [state] = await project.state();
  expect(state?.id).toBe("m");
  expect(state?.outputs?.["word"]).toHaveLength(word.length);
});

async function plugins(folder: string): Promise<number> {
  const processes = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    processes.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return environment.includes(folder) && command.includes("pulumi-resource-toy");
    }),
  );
  return found.filter(Boolean).length;
}
