/** The output `plan` where the real engine hands it on: to policy packs, to scripts, and to `pulumi do`. */
import { chmod, cp, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { capture } from "../../tools/setup/run.mjs";
import { siteId, useClouds } from "./cloud.ts";
import { Stack } from "./stack.ts";

const newCloud = useClouds();
const root = path.resolve(import.meta.dirname, "../..");

test("a policy sees the plan in a preview, and stops a run that purges too much of the site before a call", async () => {
  const urls = Array.from({ length: 100 }, (_, page) => `https://www.example.com/${page}`);
  const contents = Object.fromEntries(urls.map((url) => [url, "v1"]));
  await using stack = await Stack.create(await newCloud(), {
    resources: { site: { type: "edgecache:esa:PurgeTrigger", properties: { siteId, type: "file", contents } } },
  });
  const { code, output } = await stack.preview("--policy-pack", await policyPack(stack.folder));
  expect(output).toContain("purges 100 of 100 files (100 %); 20 % is the most");
  expect(code).not.toBe(0);
  expect(await stack.writes()).toEqual([]);
});

test("pulumi do plans and purges in one line, without program or state; --otel-traces shows the requests below the engine's calls", async () => {
  const cloud = await newCloud({ seed: { limits: { "esa.purgeMs": 100 } } });
  await using stack = await Stack.create(cloud, { resources: {} });
  const { alibabaAccessKeyId: id, alibabaAccessKeySecret: secret, esaEndpoint } = await cloud.configuration();
  const input = path.join(stack.folder, "purge.pcl");
  await writeFile(
    input,
    `siteId = "${siteId}"\ntype = "file"\ntargets = ["https://www.example.com/a"]\ncontentHash = "now"`,
  );
  const run = async (...flags: string[]) => {
    const args = ["do", "--stateless", "--package", path.join(root, "provider/bin"), "edgecache:esa:PurgeTrigger"];
    const { code, stdout } = await capture(
      stack.bin,
      [...args, "create", "--edgecache:esa-endpoint", esaEndpoint, "--input", "pcl", "--input-file", input, ...flags],
      {
        cwd: stack.folder,
        env: { ...stack.env, ALIBABA_CLOUD_ACCESS_KEY_ID: id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret },
      },
    );
    return { code, ...JSON.parse(stdout.slice(stdout.indexOf("{"))) };
  };
  const plan = { targetCount: 1, calls: 1, granularity: "fine" };
  const traces = path.join(stack.folder, "traces.json");
  const traced = ["--otel-traces", `file://${traces}`];
  expect(await run("--dry-run", "--output", "json", ...traced)).toMatchObject({
    code: 0,
    plan: { ...plan, carriedOut: false },
  });
  expect(await stack.writes()).toEqual([]);
  expect(await run("--yes", "--output", "json")).toMatchObject({ code: 0, plan: { ...plan, carriedOut: true } });
  expect(await stack.writes()).toEqual(["PurgeCaches"]);

  const spans = (await readFile(traces, "utf8")).trim().split("\n").flatMap(spansIn);
  const parentOf = (span?: Span) => spans.find(({ spanId }) => spanId === span?.parentSpanId);
  const request = spans.find(({ name }) => name === "ESA GetPurgeQuota");
  const [ours, engines] = [parentOf(request), parentOf(parentOf(request))];
  expect([ours?.name, engines?.name]).toEqual(Array(2).fill("pulumirpc.ResourceProvider/Create"));
});

type Span = z.output<typeof spanSchema>;
const spanSchema = z.looseObject({ name: z.string(), spanId: z.string(), parentSpanId: z.string().optional() });
const exported = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});

/** One line of the file that `--otel-traces` writes. */
function spansIn(line: string): Span[] {
  const { resourceSpans } = exported.parse(JSON.parse(line));
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

/** A copy of the example, with what a current Node host would run it by: the hosts of the tests are older. */
async function policyPack(folder: string): Promise<string> {
  const pack = path.join(folder, "policy");
  await cp(path.join(root, "examples/policy"), pack, {
    recursive: true,
    filter: (file) => !file.includes("node_modules"),
  });
  await symlink(path.join(root, "node_modules"), path.join(pack, "node_modules"), "junction");
  const run = path.join(pack, "run");
  await writeFile(
    run,
    `#!/bin/sh\ncd "$(dirname "$0")" && exec node node_modules/@pulumi/pulumi/cmd/run-policy-pack "$1" .\n`,
  );
  await chmod(run, 0o755);
  return run;
}
