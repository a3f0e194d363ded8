/** The demo's story once more, as Automation API users live it: an inline program, the generated SDK, events. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect, test } from "vitest";
import { searched } from "../leaks.ts";
import { siteId, useClouds } from "./cloud.ts";
import { openInline, sdk } from "./inline.ts";

const newCloud = useClouds();

test("an inline program previews, purges once per release, rests and destroys", async () => {
  const cloud = await newCloud();
  let release = "v1";
  await using inline = await openInline(cloud, async () => {
    const tagging = new sdk.esa.CacheTagConfig("tagging", { siteId, tagName: "Edge-Cache-Tag", caseInsensitive: "on" });
    const purge = new sdk.esa.PurgeTrigger(
      "release",
      { siteId, type: "cachetag", targets: ["release"], contentHash: release },
      { dependsOn: tagging },
    );
    return { status: purge.status, purges: purge.purgeCount };
  });
  const { stack } = inline;
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
