/** A cloud refuses whole calls for a few of their targets: what finding these costs, and that nobody else is held up. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { hostOf } from "../../provider/src/triggers/submit/pack.ts";
import { isolation, nextStep, told } from "../../provider/src/triggers/submit/isolate.ts";

/** What a cloud that refuses every call with a culprit in it sees, after the first one. */
function isolate(targets: readonly string[], by: "host" | "target", isCulprit: (target: string) => boolean) {
  const taken: string[] = [];
  const blamed: string[] = [];
  let calls = 0;
  let state = isolation(targets, by);
  for (let step = nextStep(state); step.do !== "end"; step = nextStep(state)) {
    if (step.do === "giveUp") throw new Error(`gave up ${step.targets.length}`);
    if (step.do === "blame") {
      blamed.push(...step.culprits);
      state = step.next;
      continue;
    }
    calls++;
    const refused = step.targets.some(isCulprit);
    if (!refused) taken.push(...step.targets);
    state = told(state, step.targets, refused ? by : "taken");
  }
  return { taken, blamed, calls };
}

const pages = (count: number, host: number) => Array.from({ length: count }, (_, at) => `https://h${host}.com/${at}`);

test("one culprit of n costs log₂ n + 1 calls at most, and is blamed alone", () => {
  const place = fc
    .integer({ min: 2, max: 1000 })
    .chain((count) => fc.tuple(fc.constant(count), fc.nat({ max: count - 1 })));
  fc.assert(
    fc.property(place, ([count, at]) => {
      const targets = pages(count, 0);
      const { taken, blamed, calls } = isolate(targets, "target", (target) => target === targets[at]);
      expect(blamed).toEqual([targets[at]]);
      expect(taken.toSorted()).toEqual(targets.filter((target) => target !== targets[at]).toSorted());
      expect(calls).toBeLessThanOrEqual(Math.ceil(Math.log2(count)) + 1);
    }),
    { examples: [[[1000, 0]], [[1000, 999]]] },
  );
});

test("up to 6 culprits of two hosts cost as much each, and are blamed alone", () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 150 }));
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), ([first, second], places) => {
      const targets = [...pages(first, 0), ...pages(second, 1)];
      const culprits = new Set(places.map((at) => targets[at % targets.length] ?? ""));
      const { blamed, calls } = isolate(targets, "target", (target) => culprits.has(target));
      expect(blamed.toSorted()).toEqual([...culprits].toSorted());
      expect(calls).toBeLessThanOrEqual(culprits.size * (Math.ceil(Math.log2(targets.length)) + 1));
    }),
  );
});

test("a host that is to blame costs log₂ of the hosts + 1 calls at most, however many pages it has", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.nat({ max: 29 }), (hosts, at) => {
      const gone = `h${at % hosts}.com`;
      const targets = Array.from({ length: hosts }, (_, host) => pages(20, host)).flat();
      const { taken, blamed, calls } = isolate(targets, "host", (target) => hostOf(target) === gone);
      expect(blamed).toEqual(targets.filter((target) => hostOf(target) === gone));
      expect(taken).toHaveLength(targets.length - 20);
      expect(calls).toBeLessThanOrEqual(Math.ceil(Math.log2(hosts)) + 1);
    }),
  );
});

test("cache keys in JSON have the host of their URL", () => {
  const key = (url: string): string => JSON.stringify({ Url: url, Headers: { Referer: "https://x.com/" } });
  const targets = ["https://a.com/1", "http://B.com:81/2?c=https://d.com", "https://gone.com"].map(key);
  expect(targets.map(hostOf)).toEqual(["a.com", "b.com:81", "gone.com"]);
  const { blamed } = isolate(targets, "host", (target) => target.includes("gone.com"));
  expect(blamed).toEqual(targets.slice(2));
});

test("where every page of a host is refused, it is the host: all are blamed after a few calls", () => {
  const targets = pages(1000, 0);
  const { taken, blamed, calls } = isolate(targets, "target", () => true);
  expect([taken, blamed.toSorted()]).toEqual([[], targets.toSorted()]);
  expect(calls).toBeLessThan(70);
});
