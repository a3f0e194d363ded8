/** Reads that are good to have and no more: a cloud that never answers them delays a preview by 5 s, not by the 10 min of its silence. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import type { Resource } from "../../provider/src/engine/define/index.ts";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { contextOf, resourceOf, Stack, type TestContext } from "./world.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator[Symbol.asyncDispose]());

const siteId = "5407498413000";
const zoneId = "zone-2o1xvpmq7nn1";
const triggers: readonly (readonly [Resource<TestContext>, Record<string, Value>])[] = [
  [resourceOf(esa, "edgecache:esa:PurgeTrigger"), { siteId, type: "file", targets: ["https://www.example.com/a"] }],
  [resourceOf(cdn, "edgecache:cdn:PurgeTrigger"), { type: "File", targets: ["https://cdn.example.com/a"] }],
  [resourceOf(dcdn, "edgecache:dcdn:PurgeTrigger"), { type: "File", targets: ["https://dcdn.example.com/a"] }],
  [
    resourceOf(teo, "edgecache:teo:PurgeTrigger"),
    { zoneId, type: "purge_url", targets: ["https://www.example.net/a"] },
  ],
];
const reads = [
  "GetPurgeQuota",
  "DescribeRefreshQuota",
  "DescribeDcdnRefreshQuota",
  "DescribeContentQuota",
  "GetCacheTag",
];

test("quotas and settings that are never answered", async () => {
  const { control } = emulator;
  for (const action of reads) await control.faults.add({ kind: "slow", action, delayMs: 600_000, count: 1000 });
  const context = contextOf(await control.configuration());
  const previews = triggers.map(([trigger, program]) =>
    new Stack(trigger, context).preview({
      ...program,
      contentHash: "1",
    }),
  );
  const setting = new Stack(resourceOf(esa, "edgecache:esa:CacheTagConfig"), context);
  const [settings, ...plans] = await Promise.all([setting.preview({ siteId, tagName: "Edge-Tag" }), ...previews]);
  expect(settings).toContain("info: what is set now could not be read in time");
  for (const plan of plans) expect(plan.join()).toMatch(/will purge 1 file.*daily quota unknown \(no answer in time\)/);
});
