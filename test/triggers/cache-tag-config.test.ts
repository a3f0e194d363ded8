/** CacheTagConfig to the last rule, against the emulator. */
import { describe, expect, test, vi } from "vitest";
import { Interrupted } from "../../provider/src/core/errors.ts";
import { Unknown, type Value } from "../../provider/src/engine/wire/values.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import { siteId, useSettings, versioned } from "./setting-world.ts";
import { ask, resourceOf, Stack } from "./world.ts";

describe.concurrent("CacheTagConfig", () => {
  const world = useSettings();

  test("always sends both fields and the version", async () => {
    const { config, writes } = await world();
    await config().up({ siteId, tagName: "Edge-Tag" });
    expect(await writes()).toMatchObject([
      { SiteId: siteId, SiteVersion: "0", TagName: "Edge-Tag", CaseInsensitive: "off" },
    ]);
  });

  test.each(["empty", "absent", "default"])(
    "an unset configuration (answered as %s) is the default and no diff",
    async (answer) => {
      const { config } = await world({ switches: { "esa.unconfiguredCacheTag": answer } });
      const stack = config();
      const ran = await stack.up({ siteId });
      expect(ran.logs.filter((line) => line.startsWith("warn:"))).toEqual([]);
      await stack.refresh();
      expect(stack.state?.inputs).toMatchObject({ tagName: "Cache-Tag", caseInsensitive: "off" });
    },
  );

  test.each(["unchanged", "reset"])(
    "omitted fields may mean either (%s): both are always written, so each change arrives whole",
    async (meaning) => {
      const { config, context } = await world({ switches: { "esa.omittedFields": meaning } });
      const set = () => ask(esa, "edgecache:esa:getCacheTag", context, { siteId });
      const stack = config();
      await stack.up({ siteId, tagName: "Mine", caseInsensitive: "on" });
      await stack.up({ siteId, tagName: "Other", caseInsensitive: "on" });
      expect(await set()).toMatchObject({ tagName: "Other", caseInsensitive: "on" });
      await stack.up({ siteId, caseInsensitive: "on" });
      expect(await set()).toMatchObject({ tagName: "Cache-Tag", caseInsensitive: "on" });
      await stack.up({ siteId, tagName: "Other" });
      expect(await set()).toMatchObject({ tagName: "Other", caseInsensitive: "off" });
      await stack.destroy();
      expect(await set()).toMatchObject({ tagName: "Cache-Tag", caseInsensitive: "off" });
    },
  );

  test("equal spellings become one", async () => {
    const { config } = await world();
    const stack = config();
    for (const tagName of ["", "cache-tag", "Cache-Tag"]) {
      await stack.up({ siteId, tagName, caseInsensitive: false });
      expect(stack.state?.inputs).toMatchObject({ tagName: "Cache-Tag", caseInsensitive: "off" });
    }
  });

  test("adopts what is there with a warning that names it, and restores it", async () => {
    const { config, writes } = await world();
    await config().up({ siteId, tagName: "Somebody", caseInsensitive: "on" });
    const stack = config();
    const preview = await stack.preview({ siteId, tagName: "Mine", onDelete: "restore" });
    expect(preview.join()).toContain("tagName Somebody, caseInsensitive on");
    const ran = await stack.up({ siteId, tagName: "Mine", onDelete: "restore" });
    expect(ran.logs.filter((line) => line.startsWith("warn:"))).toHaveLength(1);
    await stack.up({ siteId, tagName: "Mine-Too", onDelete: "restore" });
    await stack.destroy();
    expect((await writes()).at(-1)).toMatchObject({ TagName: "Somebody", CaseInsensitive: "on" });
  });

  test("onDelete: reset writes the default, retain writes nothing", async () => {
    const { config, writes } = await world();
    const reset = config();
    await reset.up({ siteId, tagName: "Mine" });
    await reset.destroy();
    expect((await writes()).at(-1)).toMatchObject({ TagName: "Cache-Tag", CaseInsensitive: "off" });
    const retain = config();
    await retain.up({ siteId, tagName: "Mine", onDelete: "retain" });
    const before = (await writes()).length;
    await retain.destroy();
    expect(await writes()).toHaveLength(before);
  });

  test("a first write without answer may have been made: what was there before is kept, and restored", async () => {
    const { config, control, context } = await world();
    const set = () => ask(esa, "edgecache:esa:getCacheTag", context, { siteId });
    await control.settings.limits({ "esa.lockMs": 0 });
    await config().up({ siteId, tagName: "Theirs" });
    const stack = config();
    await control.faults.add({ kind: "resetAfter", action: "UpdateCacheTag" });
    const program = { siteId, tagName: "Mine", onDelete: "restore" };
    const stop = new AbortController();
    const stopped = stack.up(program, { signal: stop.signal });
    await vi.waitFor(async () => expect(await set()).toMatchObject({ tagName: "Mine" }), { timeout: 10_000 });
    stop.abort(new Interrupted("cancelled"));
    expect((await stopped).problems).toHaveLength(1);
    await control.faults.clear();
    expect(await stack.up(program)).toMatchObject({ problems: [] });
    await stack.destroy();
    expect(await set()).toMatchObject({ tagName: "Theirs" });
  });

  test("reset writes the default over what was there before; restore leaves what the resource never changed", async () => {
    const { config, writes } = await world();
    await config().up({ siteId, tagName: "Somebody" });
    const reset = config();
    await reset.up({ siteId, tagName: "Mine" });
    await reset.destroy();
    expect((await writes()).at(-1)).toMatchObject({ TagName: "Cache-Tag" });
    await config().up({ siteId, tagName: "Mine" });
    const same = config();
    await same.up({ siteId, tagName: "Mine", onDelete: "restore" });
    await config().up({ siteId, tagName: "Other" });
    const before = (await writes()).length;
    await same.destroy();
    expect(await writes()).toHaveLength(before);
  });

  test("drift shows per field", async () => {
    const { config } = await world();
    const [mine, theirs] = [config(), config()];
    await mine.up({ siteId, tagName: "Mine", caseInsensitive: "on" });
    await theirs.up({ siteId, tagName: "Mine", caseInsensitive: "off" });
    await mine.refresh();
    expect(mine.state?.inputs).toMatchObject({ tagName: "Mine", caseInsensitive: "off" });
  });

  test("reads and writes the same version, and leaves the others alone", async () => {
    const { config } = await world({ seed: versioned });
    const [zero, one] = [config(), config()];
    await zero.up({ siteId, tagName: "Zero" });
    await one.up({ siteId, siteVersion: 1, tagName: "One" });
    expect(one.state?.id).toBe(`${siteId}/1`);
    await one.refresh();
    await zero.refresh();
    expect([zero.state?.inputs["tagName"], one.state?.inputs["tagName"]]).toEqual(["Zero", "One"]);
    const imported = config();
    await imported.import(`${siteId}/1`);
    expect(imported.state?.inputs).toMatchObject({ siteVersion: 1, tagName: "One" });
  });

  test("a read-only version is refused with the vendor's code, a missing one is gone", async () => {
    const { config } = await world({ seed: versioned });
    await expect(config().up({ siteId, siteVersion: 2, tagName: "Mine" })).rejects.toThrow(
      /SpecifiedVersionReadOnly.*Check siteVersion/,
    );
    await expect(config().up({ siteId, siteVersion: 7, tagName: "Mine" })).rejects.toThrow(
      /VersionNotValid.*Check siteVersion/,
    );
  });

  test("a version that has become read-only is left alone with a warning", async () => {
    const { config, control } = await world({ seed: versioned });
    const stack = config();
    await stack.up({ siteId, siteVersion: 1, tagName: "Mine" });
    await control.faults.add({
      kind: "error",
      action: "UpdateCacheTag",
      code: "SpecifiedVersionReadOnly",
      status: 400,
      count: 1,
    });
    expect((await stack.destroy()).join()).toContain("has become read-only; its cache-tag setting is left as it is");
  });

  test("many configs of one site at once never collide for good", async () => {
    const { config, writes } = await world({ seed: versioned });
    await Promise.all(
      [0, 1].flatMap((siteVersion) => ["A", "B"].map((tagName) => config().up({ siteId, siteVersion, tagName }))),
    );
    expect(await writes()).toHaveLength(4);
  });

  test("LockFailed, ServiceInvokeFailed and InternalException are outlasted", async () => {
    const { config, control, writes } = await world();
    for (const code of ["LockFailed", "ServiceInvokeFailed", "InternalException"]) {
      await control.faults.add({ kind: "error", action: "UpdateCacheTag", code, status: 400, count: 1 });
    }
    await config().up({ siteId, tagName: "Mine" });
    expect(await writes()).toHaveLength(1);
  });

  test("gone and forbidden are two things", async () => {
    const { config, control } = await world();
    const stack = config();
    await stack.up({ siteId, tagName: "Mine" });
    await control.faults.add({ kind: "permissionDenied", action: "GetCacheTag", count: 2 });
    expect((await config().preview({ siteId, tagName: "Mine" })).join()).toMatch(
      /^warn: ESA GetCacheTag failed: .*RAM policy/,
    );
    await expect(stack.refresh()).rejects.toThrow(/RAM policy/);
    await control.faults.add({ kind: "error", action: "GetCacheTag", code: "SiteNotFound", status: 404, count: 1 });
    expect(await stack.refresh()).toBeUndefined();
    for (const code of ["SiteNotFound", "VersionNotValid"]) {
      await stack.up({ siteId, tagName: "Mine" });
      await control.faults.add({ kind: "error", action: "UpdateCacheTag", code, status: 404, count: 1 });
      expect(await stack.destroy()).toEqual([]);
    }
    await expect(config().up({ siteId: "1", tagName: "Mine" })).rejects.toThrow(/SiteNotFound.*Check siteId/);
    await expect(config().import("not-an-id")).rejects.toThrow("no id of a CacheTagConfig");
  });

  test("version management off: the vendor's code and what to do, and nothing is written", async () => {
    const { config, writes } = await world();
    const stack = config();
    const refused =
      /^ESA GetCacheTag failed: VersionNotValid: [^(]+ \(request id [^)]+\)\. Check siteVersion: it is 0 unless version management is on, and a version in a read-only environment cannot be changed\.$/;
    await expect(stack.preview({ siteId, siteVersion: 1, tagName: "Mine" })).rejects.toThrow(refused);
    await expect(stack.up({ siteId, siteVersion: 1, tagName: "Mine" })).rejects.toThrow(refused);
    expect(await writes()).toEqual([]);
  });

  test("the rival's mistake: after writing version 1 it read version 0, and so saw drift for ever", async () => {
    const { config, control } = await world({ seed: versioned });
    const stack = config();
    const program = { siteId, siteVersion: 1, tagName: "One", caseInsensitive: "on" };
    await stack.up(program);
    const written = stack.state;
    expect(await stack.refresh()).toEqual(written);
    const touched = (await control.requests.find({})).map(({ params }) => params["SiteVersion"]);
    expect(new Set(touched)).toEqual(new Set(["1"]));
  });

  test("import by siteId means version 0; restoring what an import never saw writes the default and says so", async () => {
    const { config, writes } = await world({ seed: versioned });
    await config().up({ siteId, tagName: "Zero", caseInsensitive: "on" });
    const imported = config();
    expect(await imported.import(siteId)).toMatchObject({
      id: `${siteId}/0`,
      inputs: { siteId, siteVersion: 0, tagName: "Zero", caseInsensitive: "on" },
    });
    await imported.up({ siteId, tagName: "Zero", caseInsensitive: "on", onDelete: "restore" });
    expect(await imported.destroy()).toEqual([
      "warn: what was set before is not known (the resource was imported); the default is written instead",
    ]);
    expect((await writes()).at(-1)).toMatchObject({ TagName: "Cache-Tag", CaseInsensitive: "off" });
  });

  test("a siteId of 64 bits stays exact, as text or as a number that JavaScript can hold", async () => {
    const big = "9223372036854775807";
    const [site] = versioned.services.esa.sites;
    const { config, writes } = await world({ seed: { services: { esa: { sites: [{ ...site, siteId: big }] } } } });
    const stack = config();
    await stack.up({ siteId: big, tagName: "Mine" });
    expect(stack.state?.id).toBe(`${big}/0`);
    expect((await stack.refresh())?.inputs["siteId"]).toBe(big);
    expect((await writes())[0]).toMatchObject({ SiteId: big });
  });

  test("another tagName: preview warns what it means, and names the triggers by tag, whichever comes first", async () => {
    const { config, context } = await world();
    const trigger = () => new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), context);
    const byTag = { siteId, type: "cachetag", targets: ["blog"], contentHash: "1" };
    const means =
      "what is cached already keeps the tags it got from Cache-Tag until it is fetched again, so a purge by a tag that only Edge-Tag carries does not reach it.";
    expect(await config().preview({ siteId, tagName: "Edge-Tag" })).toEqual([
      `warn: the header with the tags changes from Cache-Tag to Edge-Tag: ${means} Purge it by file, directory or hostname.`,
    ]);
    expect(await trigger().preview(byTag)).toContainEqual(
      `warn: CacheTagConfig test changes the header with the tags of site ${siteId} from Cache-Tag to Edge-Tag: ${means}`,
    );
    expect(await config().preview({ siteId, tagName: "Edge-Tag" })).toEqual([
      expect.stringMatching(/hostname\. This concerns test of this program\.$/),
    ]);
    const stack = config();
    await stack.up({ siteId, tagName: "Edge-Tag" });
    expect(await stack.preview({ siteId, tagName: "Edge-Tag", caseInsensitive: "on" })).toEqual([]);
  });

  test("a preview with unknowns sends nothing", async () => {
    const { config, control } = await world();
    const unknown: Value = new Unknown();
    expect(await config().preview({ siteId: unknown, tagName: "Mine" })).toEqual([]);
    expect(await control.requests.find({})).toEqual([]);
  });
});
