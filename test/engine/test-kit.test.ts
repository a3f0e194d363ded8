/** The test kit `edgecache-emulator/pulumi` as a user's test has it, on the real engine. docs/testing.md shows it. */
import path from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { testStack } from "edgecache-emulator/pulumi";
import { expect, test } from "vitest";
import { findPulumi, pulumiEnv } from "../../tools/setup/find-pulumi.mjs";
import { siteId } from "./cloud.ts";
import { sdk } from "./inline.ts";

test("a program is previewed, purges what changed, and a visitor sees it", async () => {
  const cli = await findPulumi();
  const { PULUMI_BACKEND_URL: _ours, PULUMI_HOME: _home, ...envVars } = pulumiEnv({ cli, home: "", backendDir: "/" });
  const [home, about] = ["http://www.example.com/", "http://www.example.com/about.html"];
  let release = "v1";
  await using t = await testStack({
    program: async () => {
      const contents = { [home]: release, [about]: "v1" };
      const { status } = new sdk.esa.PurgeTrigger("pages", { siteId, type: "file", contents, onCreate: "skip" });
      return { status };
    },
    emulator: { limits: { "esa.purgeMs": 100 } },
    plugin: path.resolve(import.meta.dirname, "../../provider/bin"),
    workspace: { envVars, pulumiCommand: await PulumiCommand.get({ root: cli.root }) },
  });
  const publish = (body: string) =>
    t.publish({ host: "www.example.com", path: "/", body, headers: { "cache-control": "max-age=3600" } });
  await publish("v1");
  expect((await t.up()).outputs).toEqual({ status: "skipped" });
  expect([(await t.visit(home)).cache, (await t.visit(home)).cache]).toEqual(["MISS", "HIT"]);

  release = "v2";
  await publish("v2");
  const { plans, changes } = await t.preview();
  expect(plans["pages"]).toMatchObject({ targetCount: 1, reasons: [{ reason: "changed", targets: [home] }] });
  expect(changes).toMatchObject({ update: 1 });
  expect(await t.requests({ action: "PurgeCaches" })).toEqual([]);
  expect((await t.up()).outputs).toEqual({ status: "complete" });
  expect(await t.requests({ action: "PurgeCaches" })).toHaveLength(1);
  expect(await t.visit(home)).toMatchObject({ cache: "MISS", body: "v2" });
});
