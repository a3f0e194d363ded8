/**
 * The errors that the five pages in docs/pages/texts list, driven through the
 * real client against the emulator: what is outlasted, what fails at once, and
 * what the user reads. docs/errors.md has them all, and those of the other
 * operations, whose tables test/pages compares.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import { systemClock, type Clock } from "../../provider/src/core/clock.ts";
import { Fault } from "../../provider/src/core/errors.ts";
import type { Resource } from "../../provider/src/engine/define/index.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { made, passing } from "../../tools/pages/errors.ts";
import { operationOf, serviceOf } from "../pages/facts.ts";
import { JumpClock, Traffic } from "../reliability/clock.ts";
import { ask, contextOf, resourceOf, Stack, type TestContext } from "./world.ts";

/** Waits of minutes take no time. */
interface Time {
  readonly clock: Clock;
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
}

const siteId = "5407498413000";
const url = (host: string) => ({ targets: [`https://${host}/a`], contentHash: "1" });

const pages: readonly (readonly [
  service: string,
  action: string,
  call: (context: TestContext, time: Time) => Promise<unknown>,
])[] = [
  [
    "esa",
    "UpdateCacheTag",
    (context, { clock, during }) =>
      new Stack(resourceOf(esa, "edgecache:esa:CacheTagConfig"), context, clock, during).up({
        siteId,
        tagName: "Mine",
      }),
  ],
  [
    "dcdn",
    "RefreshErObjectCaches",
    (context, time) =>
      purge(resourceOf(dcdn, "edgecache:dcdn:EdgeRoutinePurgeTrigger"), context, time, url("er.example.com")),
  ],
  [
    "teo",
    "CreatePurgeTask",
    (context, time) =>
      purge(resourceOf(teo, "edgecache:teo:PurgeTrigger"), context, time, {
        zoneId: "zone-2o1xvpmq7nn1",
        type: "purge_url",
        ...url("www.example.net"),
      }),
  ],
  [
    "esa",
    "ListUploadTasks",
    (context, { during }) => during(() => ask(esa, "edgecache:esa:getUploadTasks", context, { siteId })),
  ],
  [
    "cdn",
    "RefreshObjectCaches",
    (context, time) =>
      purge(resourceOf(cdn, "edgecache:cdn:PurgeTrigger"), context, time, {
        type: "File",
        ...url("cdn.example.com"),
      }),
  ],
];

async function purge<C>(
  resource: Resource<C>,
  context: C,
  { clock, during }: Time,
  program: Parameters<Stack<C>["up"]>[0],
): Promise<void> {
  const stack = new Stack(resource, context, clock, during);
  const { problems } = await stack.up({ ...program, wait: false }, { timeoutMs: 600_000 });
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

let emulator: Emulator;
const traffic = new Traffic();
beforeAll(async () => {
  // Clients sign with their own time, which is ahead.
  emulator = await startEmulator({ limits: { "auth.acs3WindowMs": 1e12, "auth.tc3WindowMs": 1e12 } });
});
afterAll(async () => {
  traffic[Symbol.dispose]();
  await emulator.close();
});

let tenants = 0;

test.each(pages)("%s %s", { timeout: 60_000 }, async (service, action, call) => {
  // Loads the vendor's SDK, while which no clock should jump.
  const first = contextOf(await (await emulator.control.createTenant(`e${++tenants}`)).configuration());
  await call(first, { clock: systemClock, during: (work) => work() });
  await Promise.all(
    operationOf(service, action).errors.map(async (error) => {
      const { code, status, text } = error;
      /** What becomes of the call when the vendor answers so `count` times. */
      const drive = async (count: number): Promise<{ message: string; sent: number }> => {
        const control = await emulator.control.createTenant(`e${++tenants}`);
        const clock = new JumpClock(traffic);
        const context = contextOf(await control.configuration(), clock.of(control));
        // The emulator has the vendor's text by itself.
        await control.faults.add({ kind: "error", action, code, count });
        const time: Time = { clock: clock.of(control), during: (work) => clock.during(work) };
        const message = await call(context, time).then(
          () => "",
          (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
        );
        return { message, sent: (await control.requests.find({ action })).length };
      };
      const { kind, hint } = made(serviceOf(service), action, error);
      const once = await drive(1);
      const { message, sent } = await drive(1_000);
      const again = { outlasted: once.message === "", sent: sent > 1 };
      expect({ status, code, ...again }).toEqual({
        status,
        code,
        outlasted: passing.has(kind),
        sent: passing.has(kind),
      });
      const words = text === null ? code : `${code}: ${text.replace(/\.$/, "")}`;
      expect({ code, message }).toEqual({ code, message: expect.stringContaining(words) });
      // What was waited for in vain is read otherwise: time was up.
      const next = passing.has(kind) ? [] : (hint ?? "").split("…");
      expect({ code, missing: next.filter((part) => !message.includes(part)) }).toEqual({ code, missing: [] });
    }),
  );
});

test("a refusal that blames the whole call is no reason to look for a culprit: one call, and all are owed", async () => {
  const control = await emulator.control.createTenant("whole");
  await control.faults.add({ kind: "error", action: "PurgeCaches", code: "SiteNotFound", count: 1_000 });
  const stack = new Stack(resourceOf(esa, "edgecache:esa:PurgeTrigger"), contextOf(await control.configuration()));
  const targets = ["a", "b", "c"].map((page) => `https://www.example.com/${page}`);
  await expect(stack.up({ siteId, type: "file", targets, contentHash: "1" })).rejects.toThrow("SiteNotFound");
  expect(await control.requests.find({ action: "PurgeCaches" })).toHaveLength(1);
});

test("a code that no table knows is told as it is", async () => {
  const control = await emulator.control.createTenant("unknown");
  await control.faults.add({
    kind: "error",
    action: "GetSite",
    code: "Brand.New",
    status: 400,
    message: "Something new.",
    count: 9,
  });
  const asked = ask(esa, "edgecache:esa:getSite", contextOf(await control.configuration()), { siteId });
  await expect(asked).rejects.toThrow(/^ESA GetSite failed: Brand\.New: Something new \(request id .*\)\.$/);
  await expect(asked).rejects.toBeInstanceOf(Fault);
});
