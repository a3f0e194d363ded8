/** What a coarser purge stands for, at the edge: odd places are covered, or they stay owed; neighbours keep their copies. */
import { describe, expect, test } from "vitest";
import { useSites } from "../triggers/sites.ts";
import { subjectOf, type Token } from "../triggers/subjects.ts";

const sites = useSites();

async function site(token: Token) {
  const subject = subjectOf(token);
  const { control, stack } = await sites.open(subject);
  const { hostname } = new URL(subject.target(0));
  const headers = { "cache-control": "max-age=3600", "cache-tag": "release" };
  const publish = (body: string, urls: readonly string[]) =>
    control.origin.publish(
      ...urls.map((url) => {
        const { pathname, search } = new URL(url);
        return { host: hostname, path: pathname + search, body, headers };
      }),
    );
  const visit = async (urls: readonly string[]): Promise<string[]> => {
    const seen: string[] = [];
    for (const url of urls) seen.push(`${url} ${(await control.visit(url)).body}`);
    return seen;
  };
  const sent = async () =>
    (await control.requests.find({ action: subject.submit })).flatMap(({ executed, params }) =>
      executed ? [params] : [],
    );
  return { subject, control, stack, hostname, publish, visit, sent };
}

/** Each is another address, or another spelling of a place whose purge must not miss it. */
const odd = (host: string): string[] => [
  `https://${host}`,
  `https://${host}/docs`,
  `https://${host}/docs/`,
  `https://${host}/docs/a?b=/c/d/`,
  `https://${host}/docs/a?b=1`,
  `http://${host}/plain/a`,
  `https://${host}/d%C3%B6cs/a%2Fb`,
  `https://${host}/a;v=1/b`,
  `https://${host}:8443/port/a`,
  `https://${host.toUpperCase()}/upper/a`,
];
const siblings = (host: string): string[] => [
  `https://${host}/docs2/a`,
  `https://${host}/plain2`,
  `https://${host}/a%20;v`,
];

const directories = ["esa:PurgeTrigger", "cdn:PurgeTrigger", "dcdn:PurgeTrigger", "teo:PurgeTrigger"] as const;
const cases: readonly (readonly [Token, string])[] = [
  ...directories.map((token) => [token, "directory"] as const),
  ...(["hostname", "all", "tag:release"] as const).flatMap((fallback) => [
    ["esa:PurgeTrigger", fallback] as const,
    ["teo:PurgeTrigger", fallback] as const,
  ]),
];

test.each(cases)("%s, fallback %s: every odd place is fresh in one run, none is owed", async (token, fallback) => {
  const { subject, stack, hostname, publish, visit } = await site(token);
  const urls = odd(hostname);
  await publish("1", urls);
  await visit(urls);
  await publish("2", urls);
  const contents = Object.fromEntries(urls.map((url) => [url, "2"]));
  const ran = await stack.up({ ...subject.base, contents, maxTargets: 1, fallback });
  expect(ran).toMatchObject({
    problems: [],
    outputs: { status: "complete", owed: [], ledger: { owed: 0, awaiting: 0 } },
  });
  // How long tasks of another type took is no sign of how long those of this one will.
  expect(ran.outputs["ledger"]).not.toHaveProperty("tookMs");
  expect(JSON.stringify(ran.outputs["tasks"])).toContain(`"fallback":"${fallback.split(":")[0]}"`);
  expect(await visit(urls)).toEqual(urls.map((url) => `${url} 2`));
});

test.each(directories)("%s: a sibling whose name begins alike keeps its copy", async (token) => {
  const { subject, stack, hostname, publish, visit } = await site(token);
  const docs = ["1", "2", "3"].map((page) => `https://${hostname}/docs/${page}`);
  const others = siblings(hostname);
  await publish("1", [...docs, ...others]);
  await visit([...docs, ...others]);
  await publish("2", [...docs, ...others]);
  const contents = Object.fromEntries([...docs, ...others].map((url) => [url, "1"]));
  await stack.up({ ...subject.base, contents, onCreate: "skip" });
  const changed = { ...contents, ...Object.fromEntries(docs.map((url) => [url, "2"])) };
  await stack.up({ ...subject.base, contents: changed, maxTargets: 1, fallback: "directory" });
  expect(await visit([...docs, ...others])).toEqual([
    ...docs.map((url) => `${url} 2`),
    ...others.map((url) => `${url} 1`),
  ]);
});

describe("a host that has left the account, and its pages the program", () => {
  test.each([
    ["esa:PurgeTrigger", "directory"],
    ["esa:PurgeTrigger", "hostname"],
    ["teo:PurgeTrigger", "directory"],
    ["teo:PurgeTrigger", "hostname"],
    ["cdn:PurgeTrigger", "directory"],
    ["dcdn:PurgeTrigger", "directory"],
  ] as const)("%s, fallback %s: it is dropped with a warning, and the others are purged", async (token, fallback) => {
    const { subject, stack, hostname, publish, visit } = await site(token);
    const kept = ["a/1", "a/2", "b/3"].map((path) => `https://${hostname}/${path}`);
    const gone = ["a/1", "a/2"].map((path) => `https://gone.example.org/${path}`);
    await publish("1", kept);
    await visit(kept);
    await publish("2", kept);
    const at = (urls: readonly string[], hash: string) => Object.fromEntries(urls.map((url) => [url, hash]));
    await stack.up({ ...subject.base, contents: at([...kept, ...gone], "1"), onCreate: "skip" });
    const program = { ...subject.base, contents: at(kept, "2"), maxTargets: 1, fallback };
    const ran = await stack.up(program);
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect(ran.logs.join("\n")).toContain("gone.example.org/a/1");
    expect(await visit(kept)).toEqual(kept.map((url) => `${url} 2`));
    expect((await stack.up(program)).logs).toEqual([]);
  });
});

test("refused by the vendor, the coarser purge leaves everything owed; without the budget the next run sends the pages", async () => {
  const { subject, control, stack, hostname, publish, visit, sent } = await site("teo:PurgeTrigger");
  const urls = ["a/1", "a/2", "b/3"].map((path) => `https://${hostname}/${path}`);
  await publish("1", urls);
  await visit(urls);
  await publish("2", urls);
  const fault = {
    kind: "error" as const,
    action: subject.submit,
    code: "LimitExceeded.PackNotAllow",
    message: "not in your plan",
    count: 1,
  };
  await control.faults.add(fault);
  const program = { ...subject.base, contents: Object.fromEntries(urls.map((url) => [url, "2"])) };
  await expect(stack.up({ ...program, maxTargets: 1, fallback: "tag:release" })).rejects.toThrow("PackNotAllow");
  expect(await stack.up(program)).toMatchObject({ problems: [], outputs: { status: "complete" } });
  expect(await visit(urls)).toEqual(urls.map((url) => `${url} 2`));
  expect((await sent()).map((params) => params["Type"])).toEqual(["purge_url"]);
});

describe.each([
  ["esa:PurgeTrigger", "QuotaExceeded"],
  ["cdn:PurgeTrigger", "QuotaExceeded.Refresh"],
  ["dcdn:PurgeTrigger", "QuotaExceeded.Refresh"],
  ["teo:PurgeTrigger", "LimitExceeded.DailyQuota"],
] as const)("%s", (token, code) => {
  async function released() {
    const made = await site(token);
    const urls = ["a/1", "a/2", "b/3"].map((path) => `https://${made.hostname}/${path}`);
    const contents = (hash: string) => Object.fromEntries(urls.map((url) => [url, hash]));
    await made.publish("1", urls);
    await made.visit(urls);
    await made.publish("2", urls);
    await made.stack.up({ ...made.subject.base, contents: contents("1"), onCreate: "skip" });
    const program = { ...made.subject.base, contents: contents("2"), fallback: "directory" };
    const fresh = async (): Promise<void> => expect(await made.visit(urls)).toEqual(urls.map((url) => `${url} 2`));
    return { ...made, program, fresh };
  }

  test("others used up the day between plan and call: all is owed, and the next run takes the fallback", async () => {
    const { subject, control, stack, program, sent, fresh } = await released();
    await control.faults.add({ kind: "error", action: subject.submit, code, message: "used up", count: 1 });
    expect(await stack.up(program)).toMatchObject({ outputs: { status: "failed", ledger: { owed: 3 } } });
    await control.settings.limits({ [subject.daily ?? ""]: 1 });
    const ran = await stack.up(program);
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [], plan: { targetCount: 1 } } });
    expect(await sent()).toHaveLength(1);
    await fresh();
  });

  test("time is up while the coarser purge goes on: nothing is sent again, and the next run sees its end", async () => {
    const { subject, control, stack, program, sent, fresh } = await released();
    await control.settings.limits({ [subject.taskMs]: 60_000 });
    const over = { ...program, maxTargets: 1 };
    const first = await stack.up(over, { timeoutMs: 30_000 });
    expect(first.outputs).toMatchObject({ status: "submitted", ledger: { owed: 0, awaiting: 3 } });
    expect(await stack.up(over, { timeoutMs: 300_000 })).toMatchObject({
      problems: [],
      outputs: { status: "complete" },
    });
    expect(await sent()).toHaveLength(1);
    await fresh();
  });
});
