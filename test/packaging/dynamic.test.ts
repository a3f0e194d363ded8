/** The packed dynamic resources in a stack of their own: secrets, credentials from the environment, functions, `.get`, what the state shows, and the way to the plugin. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { siteId, useClouds } from "../engine/cloud.ts";
import { Stack } from "../engine/stack.ts";
import { dynamic, plugin } from "../engine/ways.ts";
import { dynamicProject, root } from "../examples/toolbox.ts";

const newCloud = useClouds();
beforeAll(dynamicProject);
const canary = "http://www.example.com/canary-target";

const program = `
  const pulumi = require("@pulumi/pulumi");
  const { esa, hashFiles } = require("pulumi-edgecache-dynamic");
  const siteId = "${siteId}";
  module.exports = async () => {
    const site = await hashFiles({ path: "site", urlPrefix: "http://www.example.com" });
    const tagging = new esa.CacheTagConfig("tagging", { siteId, tagName: "Edge-Cache-Tag", onDelete: "retain" });
    const purge = new esa.PurgeTrigger("release",
      { siteId, type: "file", targets: pulumi.secret(["${canary}"]), contentHash: site.hash }, { dependsOn: tagging });
    const there = purge.id.apply(() => esa.CacheTagConfig.get("there", tagging.id));
    return {
      files: site.files,
      status: purge.status,
      is: [esa.PurgeTrigger.isInstance(purge), pulumi.CustomResource.isInstance(purge)],
      tag: esa.getCacheTagOutput({ siteId }, { dependsOn: tagging }).tagName,
      there: there.tagName,
    };
  };
`;

test("a secret that is owed, credentials, functions in the program: what of that the state shows; and moving on", async () => {
  const cloud = await newCloud();
  const { esaEndpoint, alibabaAccessKeyId, alibabaAccessKeySecret } = await cloud.configuration();
  await using stack = await Stack.create(cloud, { resources: {} }, {}, dynamic);
  await stack.configure({ "edgecache:esaEndpoint": esaEndpoint });
  const log = path.join(stack.folder, "edgecache.log");
  Object.assign(stack.env, {
    ALIBABA_CLOUD_ACCESS_KEY_ID: alibabaAccessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: alibabaAccessKeySecret,
    EDGECACHE_LOG: log,
  });
  await writeFile(path.join(stack.folder, "index.js"), program);
  await mkdir(path.join(stack.folder, "site"));
  await writeFile(path.join(stack.folder, "site/index.html"), "v1");

  await cloud.faults.add({ kind: "failTarget", target: canary, as: "row", reason: "Internal Error", count: 1 });
  const partial = await stack.up();
  expect(partial.code).not.toBe(0);
  expect(partial.output).toContain("1 file not purged");
  const state = await readFile(path.join(stack.folder, "state/.pulumi/stacks/edge/dev.json"), "utf8");
  for (const said of [partial.output, state, await readFile(log, "utf8")]) {
    expect(said).not.toContain("canary-target");
    expect(said).not.toContain(alibabaAccessKeySecret);
  }
  const release = await stack.resource("release");
  expect(release.outputs).toMatchObject({ status: "failed", owed: { ciphertext: expect.any(String) } });
  expect(String(release.inputs["__provider"]).length).toBeLessThan(100);

  const up = await stack.up();
  expect(up.code === 0 ? "" : up.output).toBe("");
  const { output } = await stack.run("stack", "output", "--json");
  expect(JSON.parse(output)).toEqual({
    files: 1,
    status: "complete",
    is: [true, true],
    tag: "Edge-Cache-Tag",
    there: "Edge-Cache-Tag",
  });
  expect(await stack.calls("PurgeCaches")).toHaveLength(2);

  // Moving to the plugin, as the README says: nothing happens at the edge.
  await cloud.requests.clear();
  const [tagging, purge] = ["edgecache:esa:CacheTagConfig", "edgecache:esa:PurgeTrigger"];
  const targets = { targets: [canary], contentHash: "another" };
  await plugin.write(stack.folder, {
    resources: {
      tagging: { type: tagging, properties: { siteId, tagName: "Edge-Cache-Tag" } },
      release: { type: purge, properties: { siteId, type: "file", ...targets, onCreate: "skip" } },
    },
  });
  const moved = await stack.up();
  expect(moved.output).toMatch(/2 created\s[^]*[23] deleted/);
  expect(await stack.writes()).toEqual([]);
});

test("the README's program, as it stands there", async () => {
  const cloud = await newCloud();
  await using stack = await Stack.create(
    cloud,
    { resources: {} },
    { "edge:siteId": siteId, "edge:release": "v1" },
    dynamic,
  );
  const readme = await readFile(path.join(root, "sdk/dynamic/README.md"), "utf8");
  // Node takes off the types.
  await writeFile(path.join(stack.folder, "index.ts"), /^```typescript\n(.*?)^```/ms.exec(readme)?.[1] ?? "");
  await writeFile(path.join(stack.folder, "package.json"), `{ "type": "module" }`);
  const project = await readFile(path.join(stack.folder, "Pulumi.yaml"), "utf8");
  await writeFile(path.join(stack.folder, "Pulumi.yaml"), project.replace("index.js", "index.ts"));
  const { code, output } = await stack.up();
  expect(code === 0 ? "" : output).toBe("");
  expect(output).toMatch(/purges: 1\s+status: "complete"/);
  expect(await stack.writes()).toEqual(["UpdateCacheTag", "PurgeCaches"]);
});
