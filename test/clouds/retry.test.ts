/** Which faults are tried again, and for how long. */
import { expect, test } from "vitest";
import { Fault, type FaultKind } from "../../provider/src/core/errors.ts";
import { retry, type Repeatable } from "../../provider/src/core/retry.ts";
import { VirtualClock } from "../triggers/virtual-clock.ts";

const deadline = 600_000;

/** How long a call is tried that always fails so: 0 if once only. */
async function patienceFor(kind: FaultKind, repeatable: Repeatable, lasting = false): Promise<number> {
  const clock = new VirtualClock();
  const fault = new Fault({ kind, lasting, cloud: "ESA", action: "GetSite", code: "Code", text: "text" });
  const log = { debug() {}, info() {}, warn() {}, status() {} };
  const call = { signal: new AbortController().signal, deadline, log };
  const attempt = (): Promise<never> => Promise.reject(fault);
  await expect(retry(attempt, { repeatable, call, clock, random: () => 0.5 })).rejects.toBe(fault);
  return clock.monotonic();
}

/** The next try would come too late; pauses grow to 10 s, of throttling to 30 s. */
const spans = {
  once: [0, 0],
  briefly: [15_000, 30_000],
  patiently: [105_000, 120_000],
  "until the end": [570_000, deadline],
} as const;

const table: readonly (readonly [FaultKind, Repeatable, boolean, keyof typeof spans])[] = [
  ["throttled", "anyTime", false, "until the end"],
  ["throttled", "ifRefused", false, "until the end"],
  ["transient", "anyTime", false, "patiently"],
  ["transient", "ifRefused", false, "patiently"],
  // May have acted: a read asks again, what has a price is looked up by who sent it.
  ["ambiguous", "anyTime", false, "patiently"],
  ["ambiguous", "ifRefused", false, "once"],
  ["unsent", "anyTime", false, "briefly"],
  ["unsent", "ifRefused", false, "briefly"],
  ["unsent", "anyTime", true, "once"],
  ["unsent", "ifRefused", true, "once"],
  ["quota", "anyTime", false, "once"],
  ["auth", "anyTime", false, "once"],
  ["notFound", "anyTime", false, "once"],
  ["invalid", "anyTime", false, "once"],
  ["unknown", "anyTime", false, "once"],
];

test.each(table)("%s of %s, lasting: %s is tried %s", async (kind, repeatable, lasting, howLong) => {
  const patience = await patienceFor(kind, repeatable, lasting);
  const [least, most] = spans[howLong];
  expect(patience).toBeGreaterThanOrEqual(least);
  expect(patience).toBeLessThanOrEqual(most);
});
