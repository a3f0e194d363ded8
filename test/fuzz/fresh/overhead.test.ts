/** What gate and check add to an update, by the virtual clock: 20 of 1,000 targets, three nodes, slow answers. */
import { beforeAll, expect, test } from "vitest";
import { load, openModel, program } from "./life.ts";
import { nodeAddresses, origin } from "./model.ts";

beforeAll(load);

const bodiesOf = (release: number): Map<string, string> =>
  new Map(Array.from({ length: 1000 }, (_, index) => [`http://www.example.com/p${index}`, `${release} ${index}`]));
const atOnce = { lateMs: 0, flapMs: 0, downMs: 0 };

async function seconds(slowestMs: number, probes: Parameters<typeof program>[1]): Promise<number> {
  const { clock, cloud, stack } = openModel();
  cloud.latencyMs = (url) => 50 + (Number(url.replace(/\D+/g, "")) / 1000) * (slowestMs - 50);
  cloud.publish(bodiesOf(0), atOnce);
  await stack.up(program(bodiesOf(0), { onCreate: "skip" }));
  cloud.publish(bodiesOf(1), atOnce);
  const began = clock.monotonic();
  const { problems } = await stack.up(program(bodiesOf(1), probes));
  expect(problems).toEqual([]);
  const slowest = Math.max(0, ...cloud.probes.map(({ url }) => cloud.latencyMs(url)));
  expect(slowest).toBeLessThanOrEqual(slowestMs);
  return (clock.monotonic() - began) / 1000;
}

test.each([100, 800, 5000])(
  "slowest answer %i ms: gate and check take 1.2 times that each, at most",
  async (slowestMs) => {
    const plain = await seconds(slowestMs, {});
    const gated = await seconds(slowestMs, { awaitOrigin: { address: origin } });
    const checked = await seconds(slowestMs, { verifyEdge: { nodes: [...nodeAddresses] } });
    const most = (1.2 * slowestMs) / 1000;
    expect(gated - plain).toBeLessThanOrEqual(most);
    expect(checked - plain).toBeLessThanOrEqual(most);
  },
);
