/** The demo's story once more, as Automation API users live it: an inline program, the generated SDK, events. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, PulumiCommand, type EngineEvent, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, expect, test } from "vitest";
import { findPulumi, pulumiEnv } from "../../tools/setup/find-pulumi.mjs";
import { environment, searched, searchFolder } from "../leaks.ts";
import { siteId, useClouds } from "./cloud.ts";

const newCloud = useClouds();
const plugin = path.resolve(import.meta.dirname, "../../provider/bin");

// As a user's program loads it: compiled, CommonJS, through node_modules.
const sdk: typeof import("pulumi-edgecache") = createRequire(import.meta.url)("pulumi-edgecache");

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

test("an inline program previews, purges once per release, rests and destroys", async () => {
  const cloud = await newCloud();
  let release = "v1";
  const stack = await openStack(await cloud.configuration(), async () => {
    const tagging = new sdk.esa.CacheTagConfig("tagging", { siteId, tagName: "Edge-Cache-Tag", caseInsensitive: "on" });
    const purge = new sdk.esa.PurgeTrigger(
      "release",
      { siteId, type: "cachetag", targets: ["release"], contentHash: release },
      { dependsOn: tagging },
    );
    return { status: purge.status, purges: purge.purgeCount };
  });
  const page = { host: "www.example.com", path: "/", headers: { "edge-cache-tag": "release" } };
  await cloud.origin.publish({ ...page, body: "v1" });

  const first = await stack.up();
  expect(first.outputs).toMatchObject({ status: { value: "complete" }, purges: { value: 1 } });
  expect(await cloud.visit("http://www.example.com/")).toMatchObject({ cache: "MISS", body: "v1" });
  await cloud.origin.publish({ ...page, body: "v2" });
  expect(await cloud.visit("http://www.example.com/")).toMatchObject({ cache: "HIT", body: "v1" });

  release = "v2";
  const said: string[] = [];
  const onEvent = (event: EngineEvent): void => {
    searched("an event", JSON.stringify(event));
    if (event.diagnosticEvent) said.push(event.diagnosticEvent.message);
  };
  const preview = await stack.preview({ onEvent });
  expect(preview.changeSummary).toEqual({ same: 2, update: 1 });
  expect(said.join("\n")).toContain("will purge 1 tag (the content hash changed): 1 call to PurgeCaches");

  const second = await stack.up({ onEvent, debug: true });
  searched("what up --debug printed", second.stdout + second.stderr);
  expect(second.outputs).toMatchObject({ purges: { value: 2 } });
  expect(await cloud.visit("http://www.example.com/")).toMatchObject({ cache: "MISS", body: "v2" });

  await cloud.requests.clear();
  expect((await stack.up()).summary.resourceChanges).toEqual({ same: 3 });
  expect(await cloud.requests.find()).toEqual([]);

  await stack.destroy();
  expect(await cloud.requests.find({ action: "PurgeCaches" })).toEqual([]);
});

async function openStack(
  configuration: { esaEndpoint: string; alibabaAccessKeyId: string; alibabaAccessKeySecret: string },
  program: () => Promise<Record<string, unknown>>,
): Promise<Stack> {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-automation-"));
  cleanUp.push(async () => {
    await searchFolder(folder);
    await rm(folder, { recursive: true, force: true });
  });
  await mkdir(path.join(folder, "state"));
  const project = {
    name: "automation",
    runtime: "nodejs",
    plugins: { providers: [{ name: "edgecache", path: plugin }] },
  };
  await writeFile(path.join(folder, "Pulumi.yaml"), JSON.stringify(project));
  const cli = await findPulumi();
  const stack = await LocalWorkspace.createStack(
    { stackName: "dev", projectName: "automation", program },
    {
      pulumiCommand: await PulumiCommand.get({ root: cli.root }),
      envVars: {
        ...pulumiEnv({ cli, home: path.join(folder, "home"), backendDir: path.join(folder, "state") }),
        ...environment,
        EDGECACHE_LOG: path.join(folder, "plugin.jsonl"),
      },
      workDir: folder,
    },
  );
  await stack.setAllConfig({
    "edgecache:esaEndpoint": { value: configuration.esaEndpoint },
    "edgecache:alibabaAccessKeyId": { value: configuration.alibabaAccessKeyId },
    "edgecache:alibabaAccessKeySecret": { value: configuration.alibabaAccessKeySecret, secret: true },
  });
  return stack;
}
