/** Who a cloud refuses a call for: found in few calls, whatever else is in it; and nobody is blamed for the call as such. */
import { describe, expect, test } from "vitest";
import type { Objection } from "./paper-cloud.ts";
import { byContents, byHash, Setting, urls } from "./setting.ts";

const badUrl: Objection = { kind: "invalid", code: "BadUrl" };
const noHost: Objection = { kind: "notFound", code: "NoSuchHost", blames: "host" };
const surprise: Objection = { kind: "unknown", code: "Surprise" };

function objectingTo(culprits: Readonly<Record<string, Objection>>) {
  return (targets: readonly string[]): Objection | undefined =>
    Object.entries(culprits).find(([culprit]) => targets.includes(culprit))?.[1];
}

test.each([
  ["the host", [noHost, badUrl]],
  ["the URL", [badUrl, noHost]],
])("a retired host and a bad URL in one call, %s refused first: these two, and no other", async (_name, order) => {
  const setting = new Setting();
  const good = [...urls(10, "a.example"), ...urls(10, "b.example")];
  const culprits = new Map([
    [noHost, "https://gone.example/x"],
    [badUrl, "https://b.example/bad"],
  ]);
  const objections = order.map((objection) => [culprits.get(objection) ?? "", objection] as const);
  setting.cloud.objection = objectingTo(Object.fromEntries(objections));
  const list = [...good.slice(0, 5), ...culprits.values(), ...good.slice(5)];
  const { undone } = await setting.run(undefined, byHash("1", list));
  expect(undone.map(({ target }) => target).toSorted()).toEqual([...culprits.values()].toSorted());
  expect(setting.cloud.sent().toSorted()).toEqual(good.toSorted());
});

describe("a plan that takes less at once than the pages say", () => {
  const tooMany: Objection = { kind: "quota", code: "TooMany", blames: "size" };

  test("nothing is owed: calls become smaller, and stay so", async () => {
    const setting = new Setting({ taskMs: 0 });
    setting.cloud.objection = (targets) => (targets.length > 30 ? tooMany : undefined);
    const { receipts, undone } = await setting.run(undefined, byHash("1", urls(700)));
    expect(undone).toEqual([]);
    expect(receipts.status).toBe("complete");
    expect(setting.cloud.sent().toSorted()).toEqual(urls(700).toSorted());
    // 700, 350, 175, 88, 44, and then 22 each.
    expect(setting.cloud.calls).toHaveLength(32);
    expect(setting.cloud.objections).toBeLessThanOrEqual(60);
  });

  test("a single target that is too much is owed, and not for ever", async () => {
    const setting = new Setting({ taskMs: 0 });
    setting.cloud.objection = () => tooMany;
    const { undone } = await setting.run(undefined, byHash("1", urls(3)));
    expect(undone.map(({ code, lasting }) => [code, lasting])).toEqual(urls(3).map(() => ["TooMany", false]));
    expect(setting.cloud.objections).toBeLessThanOrEqual(8);
  });
});

describe("a page that the program no longer lists is given up", () => {
  const [kept = "", ...gone] = urls(4);
  const all = Object.fromEntries([kept, ...gone].map((target) => [target, "1"]));
  const removing = async (objection: Setting["cloud"]["objection"], keptHash: string) => {
    const setting = new Setting();
    const { receipts } = await setting.run(undefined, byContents(all));
    setting.cloud.objection = objection;
    return await setting.run(receipts, byContents({ [kept]: keptHash }));
  };

  test.each<[string, Objection]>([
    ["the call as a whole is refused, as for a site that is not there", { ...noHost, blames: "call" }],
    ["every call is refused with a code that nobody knows", surprise],
  ])("not where %s", async (_name, objection) => {
    const { receipts, dropped } = await removing(() => objection, "1");
    expect(dropped).toEqual([]);
    expect(receipts).toMatchObject({ status: "failed", ledger: { owed: gone.length } });
  });

  test.each([badUrl, surprise])("where others of its call are taken and it is not: $code", async (objection) => {
    const [culprit = ""] = gone;
    const { receipts, dropped } = await removing(objectingTo({ [culprit]: objection }), "2");
    expect(dropped.map(({ target }) => target)).toEqual([culprit]);
    expect(receipts.status).toBe("complete");
  });
});

test.each([true, false])(
  "300 pages of a host that is not ours, by a code that does not say so (others: %s)",
  async (others) => {
    const setting = new Setting();
    const [good, bad] = [others ? urls(500, "a.example") : [], urls(300, "gone.example")];
    setting.cloud.objection = (targets) => (targets.some((target) => bad.includes(target)) ? badUrl : undefined);
    const { undone } = await setting.run(undefined, byHash("1", [...bad.slice(0, 100), ...good, ...bad.slice(100)]));
    expect(undone.map(({ target }) => target).toSorted()).toEqual(bad.toSorted());
    expect(undone.every(({ lasting }) => lasting)).toBe(true);
    expect(setting.cloud.sent().toSorted()).toEqual(good.toSorted());
    expect(setting.cloud.objections).toBeLessThanOrEqual(6 * (Math.ceil(Math.log2(800)) + 1));
  },
);

test("a cloud that takes no tag is asked a bounded number of times, and what was not tried is not given up", async () => {
  const setting = new Setting();
  setting.cloud.objection = () => badUrl;
  const list = Array.from({ length: 1000 }, (_, index) => `tag-${index}`);
  const { undone } = await setting.run(undefined, byHash("1", list));
  expect(setting.cloud.objections).toBeLessThan(80);
  expect(undone).toHaveLength(1000);
  expect(undone.filter(({ lasting }) => lasting)).toHaveLength(6);
});

test.each([[[1000]], [[10_000, 1000]]] as const)(
  "culprits among 3,000 URLs of a domain that takes 1,000 a minute (pages say %j): nobody else is blamed, nothing sent twice",
  async (readings) => {
    const setting = new Setting({ urlsPerMinute: { takes: 1000, readings }, taskMs: 0 });
    const list = urls(3000);
    const culprits = [list[300], list[1500], list[2999]].map((url = "") => url);
    setting.cloud.objection = objectingTo(Object.fromEntries(culprits.map((url) => [url, badUrl])));
    const halves = [list.slice(0, 1800), list.slice(1800)];
    const ran = await Promise.all(halves.map((half) => setting.run(undefined, byHash("1", half))));
    const blamed = ran.flatMap(({ undone }) => undone.filter(({ code }) => code === badUrl.code));
    const others = blamed.map(({ target }) => target).filter((target) => !culprits.includes(target));
    expect(others).toEqual([]);
    expect(new Set(setting.cloud.sent()).size).toBe(setting.cloud.sent().length);
  },
);
