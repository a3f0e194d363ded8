/** URLs a minute on the emulator, which counts them by the minute of its own clock: preview, calls and time. */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import { Jumping } from "../triggers/jumping.ts";
import { resourceOf } from "../triggers/world.ts";

let jumping: Jumping;
beforeAll(async () => {
  jumping = await Jumping.start();
});
afterAll(() => jumping[Symbol.asyncDispose]());

const cases = [
  {
    name: "Edge Routine",
    resource: () => resourceOf(dcdn, "edgecache:dcdn:EdgeRoutinePurgeTrigger"),
    host: "er.example.com",
    action: "RefreshErObjectCaches",
    says: "about 4 minutes: 1,000 URLs a minute for er.example.com",
    refused: 0,
  },
  {
    name: "CDN",
    resource: () => resourceOf(cdn, "edgecache:cdn:PurgeTrigger"),
    host: "cdn.example.com",
    action: "RefreshObjectCaches",
    says: "about 4 minutes if the cloud takes only 1,000 URLs a minute for cdn.example.com",
    refused: 1,
  },
];

test.each(cases)("5,000 URLs of $name", async ({ name, resource, host, action, says, refused }) => {
  const cloud = await jumping.emulator.control.createTenant(name.replaceAll(" ", ""));
  const context = jumping.context(await cloud.configuration());
  const stack = jumping.stack(resource(), context);
  const trigger = (count: number) => ({
    type: "File",
    targets: Array.from({ length: count }, (_, page) => `https://${host}/${page}`),
    contentHash: "1",
    wait: false,
  });
  await jumping.slowly(() => stack.preview(trigger(1)), Infinity);
  expect((await stack.preview(trigger(5000))).join("\n")).toContain(says);
  const start = jumping.clock.monotonic();
  const { problems } = await stack.up(trigger(5000), { timeoutMs: 1_800_000 });
  expect(problems).toEqual([]);
  const calls = await cloud.requests.find({ action });
  expect({ calls: calls.length, refused: calls.filter(({ outcome }) => outcome === "refused").length }).toEqual({
    calls: 5 + refused,
    refused,
  });
  expect(Math.abs((jumping.clock.monotonic() - start) / 240_000 - 1)).toBeLessThanOrEqual(0.05);
});
