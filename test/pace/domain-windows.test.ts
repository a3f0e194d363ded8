/** URLs a minute for one domain: packed so that none is refused, learnt where the pages disagree, and nobody else's business. */
import { describe, expect, test } from "vitest";
import type { Coordinator } from "../../provider/src/core/pace/coordinator.ts";
import { estimate } from "../../provider/src/core/pace/limits.ts";
import { DomainWindows } from "../../provider/src/core/pace/domain-windows.ts";
import { span } from "../../provider/src/trigger-kit/describe/duration.ts";
import { byHash, Setting, urls } from "../triggers/setting.ts";
import { VirtualClock } from "../triggers/virtual-clock.ts";

const edgeRoutine = { takes: 1000, readings: [1000] } as const;
const disputed = { takes: 1000, readings: [10_000, 1000] } as const;
const minute = 60_000;

describe("5,000 URLs of one domain", () => {
  test("where the vendor documents 1,000 a minute: 5 calls, none refused, in the shortest time, as the preview says", async () => {
    const { setting, ms } = await sent({ urlsPerMinute: edgeRoutine, rules: { hostsPerCall: 1 } }, urls(5000));
    const { calls, refusedForDomain } = setting.cloud;
    expect({ calls: calls.length, refusedForDomain }).toEqual({ calls: 5, refusedForDomain: 0 });
    expect(ms).toBeLessThanOrEqual(4 * minute * 1.05);
    const said = estimate(5, setting.cloud.pace(), new Map([["www.example.com", 5000]]), {
      limit: 1000,
      perMs: minute,
    });
    expect(said).toMatchObject({ domain: "www.example.com", perWindow: 1000 });
    expect(Math.abs(said.ms / ms - 1)).toBeLessThanOrEqual(0.05);
  });

  test("where its pages disagree: one refusal teaches the lower figure, and the next trigger knows it", async () => {
    const { setting, ms } = await sent({ urlsPerMinute: disputed }, urls(5000));
    const { cloud, clock } = setting;
    expect({ calls: cloud.calls.length + cloud.refusedForDomain, refused: cloud.refusedForDomain }).toEqual({
      calls: 6,
      refused: 1,
    });
    expect(ms).toBeLessThanOrEqual(4 * minute * 1.05);
    await clock.sleep(2 * minute);
    await setting.run(undefined, byHash("1", urls(3000, "other.example.com"), false));
    expect(cloud.refusedForDomain).toBe(1);
  });

  test("where the newer page is right: at once, and none is refused", async () => {
    const { setting, ms } = await sent({ urlsPerMinute: { ...disputed, takes: 10_000 } }, urls(10_000));
    expect({ calls: setting.cloud.calls.length, refused: setting.cloud.refusedForDomain }).toEqual({
      calls: 10,
      refused: 0,
    });
    expect(ms).toBeLessThanOrEqual(2000);
  });
});

test.each([edgeRoutine, disputed])(
  "another domain's call leaves within a second, whatever waits: %j",
  async (urlsPerMinute) => {
    const setting = new Setting({ urlsPerMinute, taskMs: 0 });
    const big = setting.run(undefined, byHash("1", urls(5000), false));
    for (const after of [5000, 70_000, 3000]) {
      await setting.clock.sleep(after);
      const start = setting.clock.monotonic();
      await setting.run(undefined, byHash("1", urls(1, `after${after}.example.com`), false));
      expect(setting.clock.monotonic() - start).toBeLessThanOrEqual(1000);
    }
    await big;
  },
);

test("domains share calls as far as their windows allow, and what is left waits for its own window only", async () => {
  const targets = [...urls(1500, "a.example.com"), ...urls(500, "b.example.com")];
  const { setting, ms } = await sent({ urlsPerMinute: edgeRoutine, rules: { hostsPerCall: 10 } }, targets);
  expect(setting.cloud.calls.map(({ targets: each }) => each.length)).toEqual([1000, 1000]);
  expect(setting.cloud.sent().toSorted()).toEqual(targets.toSorted());
  expect(ms).toBeLessThanOrEqual(minute * 1.05);
});

test("a refusal that own calls do not explain closes the fullest domain only, longer each time, and teaches nothing", async () => {
  const clock = new VirtualClock();
  const limit = { readings: disputed.readings, perMs: minute, source: "a page", readOn: "2026-11-22" };
  const windows = new DomainWindows("paper", limit, { clock, random: () => 0.5 });
  const call = new Map([
    ["a", 500],
    ["b", 10],
  ]);
  const pauses: number[] = [];
  for (let refusal = 0; refusal < 5; refusal++) {
    (await windows.depart(call)).refused(minute);
    expect(windows.room(call)).toEqual(
      new Map([
        ["a", 0],
        ["b", 10],
      ]),
    );
    const start = clock.monotonic();
    while (windows.room(call).get("a") === 0)
      await windows.opening(new Map([["a", 500]]), new AbortController().signal);
    pauses.push((clock.monotonic() - start) / minute);
  }
  expect(pauses.map((pause) => Math.round(pause * 10) / 10)).toEqual([1.5, 2, 3, 5, 5]);
  expect(windows.limit).toBe(10_000);
});

test("what was refused has used nothing of its window", async () => {
  const clock = new VirtualClock();
  const limit = { readings: edgeRoutine.readings, perMs: minute, source: "a page", readOn: "2026-11-22" };
  const windows = new DomainWindows("paper", limit, { clock, random: () => 0.5 });
  (await windows.depart(new Map([["a", 500]]))).refused();
  await clock.sleep(minute / 2 + 1);
  expect(windows.room(new Map([["a", 1000]])).get("a")).toBe(1000);
});

test("what a refusal has taught is told to the other stacks", async () => {
  const told: [name: string, limit: number][] = [];
  const coordinator: Coordinator = {
    take: () => Promise.resolve(0),
    late: () => Promise.resolve(),
    recall: () => Promise.resolve(undefined),
    remember: (name, limit) => Promise.resolve(void told.push([name, limit])),
    claim: () => Promise.resolve(undefined),
    warning: () => undefined,
    close() {},
  };
  const limit = { readings: disputed.readings, perMs: minute, source: "a page", readOn: "2026-11-22" };
  const windows = new DomainWindows("paper", limit, { clock: new VirtualClock(), random: () => 0.5, coordinator });
  (await windows.depart(new Map([["a", 2000]]))).refused();
  expect([windows.limit, told]).toEqual([1000, [["paper", 1000]]]);
});

test.each([
  ["undone", 1000],
  ["over", 0],
] as const)("of a call that ends as %s, room for %i is left", async (end, left) => {
  const windows = new DomainWindows(
    "paper",
    { readings: [1000], perMs: minute, source: "a page", readOn: "2026-11-22" },
    { clock: new VirtualClock(), random: () => 0.5 },
  );
  const call = new Map([["a", 1000]]);
  const departure = await windows.depart(call);
  departure[end]();
  departure.undone();
  expect(windows.room(call).get("a")).toBe(left);
});

test("a trouble of the cloud costs no room", async () => {
  const setting = new Setting({ urlsPerMinute: edgeRoutine, taskMs: 0 });
  setting.cloud.troubles.push("transient", "throttled");
  const start = setting.clock.monotonic();
  await setting.run(undefined, byHash("1", urls(1000), false));
  expect(setting.clock.monotonic() - start).toBeLessThanOrEqual(5000);
  expect(setting.cloud.refusedForDomain).toBe(0);
});

test.each([
  [247_200, "4 minutes"],
  [61_800, "1 minute"],
  [150_000, "150 s"],
  [19_570, "19.6 s"],
  [1_236_000, "21 minutes"],
])("%i ms are said as %s, which is right within 5 %%", (ms, text) => {
  expect(span(ms)).toBe(text);
});

async function sent(
  options: ConstructorParameters<typeof Setting>[0],
  targets: readonly string[],
): Promise<{ setting: Setting; ms: number }> {
  const setting = new Setting({ ...options, taskMs: 0 });
  const start = setting.clock.monotonic();
  const { receipts } = await setting.run(undefined, byHash("1", targets, false));
  expect(receipts.owed).toEqual([]);
  return { setting, ms: setting.clock.monotonic() - start };
}
