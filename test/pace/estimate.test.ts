/** What preview says of the time that sending takes, held against that time: on every service, by a clock that jumps. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { Jumping } from "../triggers/jumping.ts";
import { subjectOf, warmUp, type Token } from "../triggers/subjects.ts";

let ground: Jumping;
beforeAll(async () => {
  ground = await Jumping.start();
  await warmUp(ground, await (await ground.emulator.control.createTenant("warm")).configuration());
});
afterAll(() => ground[Symbol.asyncDispose]());

const urls = (count: number, host: string): string[] =>
  Array.from({ length: count }, (_, page) => `https://${host}/${page}`);
const tags = (count: number): string[] => Array.from({ length: count }, (_, tag) => `tag${tag}`);
const older = { "cdn.urlsPerMinute": 1000, "dcdn.urlsPerMinute": 1000 };

interface Case {
  readonly token: Token;
  readonly limits?: Readonly<Record<string, number>>;
  readonly more: Readonly<Record<string, Value>>;
  readonly targets: readonly string[];
  /** Which of the times that preview says is the one: where the vendor's pages disagree it says both. */
  readonly said: "likely" | "slowest";
}

const er = "dcdn:EdgeRoutinePurgeTrigger";
const cases: readonly (readonly [string, Case])[] = [
  [
    "Edge Routine, one domain",
    { token: er, limits: older, more: {}, targets: urls(2001, "er.example.com"), said: "likely" },
  ],
  [
    "CDN by the older page",
    { token: "cdn:PurgeTrigger", limits: older, more: {}, targets: urls(2001, "cdn.example.com"), said: "slowest" },
  ],
  [
    "DCDN by the older page",
    { token: "dcdn:PurgeTrigger", limits: older, more: {}, targets: urls(2001, "dcdn.example.com"), said: "slowest" },
  ],
  [
    "ESA, calls a second",
    { token: "esa:PurgeTrigger", more: { type: "cachetag" }, targets: tags(3100), said: "likely" },
  ],
  [
    "EdgeOne, calls a second",
    {
      token: "teo:PurgeTrigger",
      limits: { "teo.purge_cache_tag.batch": 20 },
      more: { type: "purge_cache_tag" },
      targets: tags(2100),
      said: "likely",
    },
  ],
  ["ESA prefetch", prefetch("esa", 10_100, "www.example.com", { "esa.preload.daily": 1_000_000 })],
  ["CDN prefetch", prefetch("cdn", 25_100, "cdn.example.com")],
  ["DCDN prefetch", prefetch("dcdn", 7600, "dcdn.example.com")],
  ["EdgeOne prefetch", prefetch("teo", 105, "www.example.net", { "teo.prefetch_url.batch": 1 })],
];

test.each(cases)("%s", async (name, { token, limits = {}, more, targets, said }) => {
  const subject = subjectOf(token);
  const control = await ground.emulator.control.createTenant(name.replaceAll(/[^A-Za-z]/g, ""));
  // Tasks that end would visit the origin: none of it is needed here.
  await control.settings.limits({ ...limits, ...daily(subject.daily), [subject.taskMs]: 1e9 });
  const stack = ground.stack(subject.resource, ground.context(await control.configuration()));
  const program = { ...subject.base, ...more, targets: [...targets], contentHash: "1", wait: false };
  const lines = (await stack.preview(program)).join("\n");
  const times = [...lines.matchAll(/about ([\d.]+) (s|minutes?)(?= if the cloud takes only|:)/g)].map(
    ([, amount, unit]) => Number(amount) * (unit === "s" ? 1000 : 60_000),
  );
  const foreseen = (said === "likely" ? times[0] : times.at(-1)) ?? 0;
  const start = ground.clock.monotonic();
  expect((await stack.up(program, { timeoutMs: 3_600_000 })).problems).toEqual([]);
  const took = ground.clock.monotonic() - start;
  expect([foreseen, took, Math.abs(foreseen / took - 1) <= 0.05]).toEqual([foreseen, took, true]);
});

/** Just more calls than five seconds take. */
function prefetch(service: string, count: number, host: string, limits: Readonly<Record<string, number>> = {}): Case {
  return { token: `${service}:PrefetchTrigger`, limits, more: {}, targets: urls(count, host), said: "likely" };
}

function daily(limit: string | undefined): Record<string, number> {
  return limit === undefined ? {} : { [limit]: 1_000_000 };
}
