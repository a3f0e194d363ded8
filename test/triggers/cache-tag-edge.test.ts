/** What a CacheTagConfig changes at the edge: which header's tags a purge reaches, and whether case matters. */
import { describe, expect, test } from "vitest";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { siteId, useSettings, versioned } from "./setting-world.ts";
import { resourceOf, Stack } from "./world.ts";

describe.concurrent("CacheTagConfig at the edge", () => {
  const world = useSettings();

  test("case rule at the edge: off, another case hits nothing; on, it hits", async () => {
    const { config, control, context } = await world();
    await control.settings.limits({ "esa.purgeMs": 20 });
    const page = (body: string) => ({ host: "www.example.com", path: "/", body, headers: { "edge-tag": "Blog" } });
    const visit = async () => (await control.visit("http://www.example.com/")).body;
    const purge = () =>
      new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context).up({
        siteId,
        type: "cachetag",
        targets: ["bLOG"],
        contentHash: "1",
        force: true,
      });
    const stack = config();
    await stack.up({ siteId, tagName: "Edge-Tag", caseInsensitive: "off" });
    await control.origin.publish(page("v1"));
    await visit();
    await control.origin.publish(page("v2"));
    await purge();
    expect(await visit()).toBe("v1");
    await stack.up({ siteId, tagName: "Edge-Tag", caseInsensitive: "on" });
    await control.edge.clear();
    expect(await visit()).toBe("v2");
    await control.origin.publish(page("v3"));
    await purge();
    expect(await visit()).toBe("v3");
  });

  test("version 1 configured: the edge, which serves version 0, reads tags as before", async () => {
    const { config, control, context } = await world({ seed: versioned });
    await control.settings.limits({ "esa.purgeMs": 20 });
    const page = (body: string) => ({
      host: "www.example.com",
      path: "/",
      body,
      headers: { "zero-tag": "blog", "one-tag": "other" },
    });
    const visit = async () => (await control.visit("http://www.example.com/")).body;
    await config().up({ siteId, tagName: "Zero-Tag" });
    await config().up({ siteId, siteVersion: 1, tagName: "One-Tag" });
    await control.origin.publish(page("v1"));
    await visit();
    await control.origin.publish(page("v2"));
    const purge = (tag: string) =>
      new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context).up({
        siteId,
        type: "cachetag",
        targets: [tag],
        contentHash: "1",
        force: true,
      });
    await purge("other");
    expect(await visit()).toBe("v1");
    await purge("blog");
    expect(await visit()).toBe("v2");
  });

  test("a tag purge before the config hits nothing, after it hits; the other page stays", async () => {
    const { config, control, context } = await world();
    await control.settings.limits({ "esa.purgeMs": 20 });
    const page = (path: string, tag: string, body: string) => ({
      host: "www.example.com",
      path,
      body,
      headers: { "edge-tag": tag },
    });
    const visit = async (path: string) => (await control.visit(`http://www.example.com${path}`)).body;
    const purge = (hash: string) =>
      new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context).up({
        siteId,
        type: "cachetag",
        targets: ["blog"],
        contentHash: hash,
        force: true,
      });
    await control.origin.publish(page("/blog", "blog", "v1"), page("/home", "home", "v1"));
    await visit("/blog");
    await control.origin.publish(page("/blog", "blog", "v2"), page("/home", "home", "v2"));
    await purge("1");
    expect(await visit("/blog")).toBe("v1");
    await config().up({ siteId, tagName: "Edge-Tag" });
    await control.edge.clear();
    expect([await visit("/blog"), await visit("/home")]).toEqual(["v2", "v2"]);
    await control.origin.publish(page("/blog", "blog", "v3"), page("/home", "home", "v3"));
    await purge("2");
    expect([await visit("/blog"), await visit("/home")]).toEqual(["v3", "v2"]);
  });
});
