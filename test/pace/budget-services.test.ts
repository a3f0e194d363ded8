/** Budgets and coarser purges on every service of the emulator: what is refused, what is sent instead, what a visitor sees. */
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createContext } from "../../provider/src/core/context.ts";
import type { Coordinator } from "../../provider/src/core/pace/coordinator.ts";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { useSites } from "../triggers/sites.ts";
import { subjectOf, type Token } from "../triggers/subjects.ts";

const sites = useSites();

const purges = [
  "esa:PurgeTrigger",
  "cdn:PurgeTrigger",
  "dcdn:PurgeTrigger",
  "dcdn:EdgeRoutinePurgeTrigger",
  "teo:PurgeTrigger",
] as const;
const paths = ["docs/1", "docs/2", "docs/deep/3", "blog/1", "blog/2"];
const quiet = ["quiet/1", "quiet/2", "index"];

async function site(token: Token) {
  const subject = subjectOf(token);
  const { control, stack } = await sites.open(subject);
  const { origin } = new URL(subject.target(0));
  const url = (path: string): string => `${origin}/${path}`;
  const headers = { "cache-control": "max-age=3600", "cache-tag": "release" };
  return {
    stack,
    url,
    control,
    subject,
    /** These pages, all of this content, and the hash of each. */
    publish: async (content: string, pages: readonly string[]): Promise<Record<string, Value>> => {
      const host = new URL(origin).hostname;
      await control.origin.publish(...pages.map((path) => ({ host, path: `/${path}`, body: content, headers })));
      return Object.fromEntries(pages.map((path) => [url(path), content]));
    },
    visit: async (): Promise<string[]> => {
      const seen: string[] = [];
      for (const path of [...paths, ...quiet]) seen.push((await control.visit(url(path))).body);
      return seen;
    },
    sent: async () => {
      const requests = await control.requests.find({ action: subject.submit });
      return requests.filter(({ executed }) => executed).map(({ params }) => params);
    },
  };
}

const planned = z.object({
  plan: z.looseObject({ quota: z.object({ before: z.number(), after: z.number() }).optional() }),
});
const planOf = (foreseen: object | undefined) => planned.parse(foreseen).plan;

describe.each(purges)("%s", (token) => {
  test("over maxTargets: refused with the largest groups by preview and up, before anything is sent", async () => {
    const { stack, publish, sent, subject } = await site(token);
    const pages = await publish("1", [...paths, ...quiet]);
    await stack.up({ ...subject.base, contents: pages, onCreate: "skip" });
    const empty = { ...subject.base, contents: {}, maxTargets: "20%" };
    const refused =
      /^maxTargets: this purge would send 8 files, and 1 of the 8 that are known is the most\. 8 of them are no longer in contents: .*empty.*Largest groups: https:\S+\/docs\/ \(3\), https:\S+\/blog\/ \(2\), .*Nothing was sent/;
    await expect(stack.preview(empty)).rejects.toThrow(refused);
    await expect(stack.up(empty)).rejects.toThrow(refused);
    await expect(stack.up({ ...empty, failurePolicy: "warn", maxTargets: 7 })).rejects.toThrow("7 are the most");
    expect(await sent()).toEqual([]);
    expect(await stack.up({ ...empty, maxTargets: 8 })).toMatchObject({
      problems: [],
      outputs: { status: "complete" },
    });
  });

  test("fallback directory: as few calls, no more than must be, every visitor sees the new pages; then nothing", async () => {
    const { stack, publish, visit, sent, subject, url } = await site(token);
    const old = await publish("1", [...paths, ...quiet]);
    const program = (contents: Record<string, Value>) => ({
      ...subject.base,
      contents,
      maxTargets: 4,
      fallback: "directory",
    });
    await stack.up({ ...program(old), onCreate: "skip" });
    await visit();
    const release = { ...old, ...(await publish("2", paths)) };
    const [line = ""] = await stack.preview(program(release));
    expect(line).toMatch(
      /5 targets are over maxTargets, so fallback "directory" sends 2 directories \(\S+\/blog\/, \S+\/docs\/\) instead: 1 call to/,
    );
    const sends = {
      granularity: "coarse",
      everything: false,
      targetCount: 2,
      knownCount: 8,
      calls: 1,
      reasons: [{ reason: "changed", count: 5 }],
      instead: { fallback: "directory", targets: [url("blog/"), url("docs/")] },
    };
    const plan = planOf(stack.foreseen);
    expect(plan).toMatchObject({ ...sends, carriedOut: false });
    // Where the vendor tells what is left.
    const { before, after } = plan.quota ?? { before: 2, after: 0 };
    expect(before - after).toBe(2);
    const ran = await stack.up(program(release));
    expect(ran).toMatchObject({
      problems: [],
      outputs: {
        status: "complete",
        owed: [],
        tasks: [{ targetCount: 5, instead: { fallback: "directory" } }],
        plan: { ...sends, carriedOut: true },
      },
    });
    expect(await sent()).toHaveLength(1);
    expect(await visit()).toEqual([...paths.map(() => "2"), ...quiet.map(() => "1")]);
    await stack.up(program(release));
    expect(await sent()).toHaveLength(1);
    // What fits goes by itself.
    const next = { ...release, ...(await publish("3", paths.slice(0, 4))) };
    expect((await stack.preview(program(next)))[0]).not.toContain("fallback");
    expect(JSON.stringify((await stack.up(program(next))).outputs["tasks"])).not.toContain("instead");
  });

  // What cannot be looked up at all is sent again in the same run.
  test.runIf(subjectOf(token).lookUp)(
    "a directory whose answer is lost for good: sent again by the next run, whose receipt says so",
    async () => {
      const { stack, publish, control, url, sent, subject } = await site(token);
      const old = await publish("1", [...paths, ...quiet]);
      await stack.up({ ...subject.base, contents: old, onCreate: "skip" });
      const contents = { ...old, ...(await publish("2", paths)) };
      const program = { ...subject.base, contents, maxTargets: 4, fallback: "directory" };
      await control.faults.add({ kind: "resetAfter", action: subject.submit, count: 1 });
      await control.faults.add({ kind: "badGateway", action: subject.list, count: 1000 });
      const lost = await stack.up(program, { timeoutMs: 60_000 });
      expect(lost.outputs["owed"]).toContainEqual(
        expect.objectContaining({ target: url("docs/1"), code: "AnswerLost" }),
      );
      await control.faults.clear();
      const ran = await stack.up(program);
      const { status, tasks } = ran.outputs;
      expect([ran.problems, status]).toEqual([[], "complete"]);
      expect(tasks).toMatchObject([{ sentAgain: expect.stringContaining("coarser purge"), targetCount: 5 }]);
      expect(ran.logs.join()).toContain(
        "sending again, though an earlier call without answer may have been carried out",
      );
      expect(await sent()).toHaveLength(2);
    },
  );

  test("a directory that fails: all that it stood for is owed, and sent again", async () => {
    const { stack, publish, control, url, sent, subject } = await site(token);
    const old = await publish("1", [...paths, ...quiet]);
    await stack.up({ ...subject.base, contents: old, onCreate: "skip" });
    const contents = { ...old, ...(await publish("2", paths)) };
    const program = { ...subject.base, contents, maxTargets: 2, fallback: "directory" };
    const fault = { kind: "failTarget" as const, as: "row" as const, target: url("blog/"), reason: "Origin Timeout" };
    await control.faults.add({ ...fault, count: 1 });
    const first = await stack.up(program);
    // One of the two directories is through.
    const plan = { targetCount: 1, reasons: [{ count: 3 }], instead: { targets: [url("docs/")] } };
    expect(first.outputs).toMatchObject({ status: "partial", ledger: { owed: 2 }, plan });
    expect(first.problems.join()).toContain(`${url("blog/")}: Origin Timeout`);
    expect(await stack.up(program)).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
    expect(await sent()).toHaveLength(2);
  });

  test("not waited for, the next run sees the end by the directories that were sent", async () => {
    const { stack, publish, sent, subject } = await site(token);
    const program = { ...subject.base, contents: await publish("1", paths), maxTargets: 2, fallback: "directory" };
    const first = await stack.up({ ...program, wait: false });
    expect(first.outputs).toMatchObject({ status: "submitted", ledger: { awaiting: 5 } });
    // The budget may be gone by then.
    const second = await stack.up({ ...subject.base, contents: program.contents });
    expect(second).toMatchObject({ problems: [], outputs: { status: "complete", ledger: { awaiting: 0 } } });
    expect(await sent()).toHaveLength(1);
  });
});

describe.each(purges.filter((token) => subjectOf(token).daily !== undefined))("%s", (token) => {
  test("over the day's quota: the fallback, which preview names with its own quota", async () => {
    const { stack, publish, control, subject } = await site(token);
    await control.settings.limits({ [subject.daily ?? ""]: 3 });
    const program = { ...subject.base, contents: await publish("1", paths) };
    await expect(stack.preview(program)).rejects.toThrow("needs 5 files, but 3 of today's 3 are left");
    const [line] = await stack.preview({ ...program, fallback: "directory" });
    expect(line).toMatch(
      /over what is left of the day's quota, so fallback "directory" sends \d+ director.*daily quota/,
    );
    const ran = await stack.up({ ...program, fallback: "directory" });
    expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
  });
});

test("where the day has no room for the fallback either, the plan stands, and preview says what it lacks", async () => {
  const { stack, publish, control, subject } = await site("cdn:PurgeTrigger");
  await control.settings.limits({ "cdn.daily.file": 3, "cdn.daily.directory": 0 });
  const program = { ...subject.base, contents: await publish("1", paths), fallback: "directory" };
  await expect(stack.preview(program)).rejects.toThrow("needs 5 files, but 3 of today's 3 are left");
});

test("what a stack claims of the day for the others to see is what it sends: the fallback, not what it covers", async () => {
  const { control, publish, subject } = await site("esa:PurgeTrigger");
  const claims: [name: string, points: number][] = [];
  const coordinator: Coordinator = {
    take: () => Promise.resolve(0),
    late: () => Promise.resolve(),
    recall: () => Promise.resolve(undefined),
    remember: () => Promise.resolve(),
    claim: (name, _owner, points) => Promise.resolve(void claims.push([name, points])),
    warning: () => undefined,
    close() {},
  };
  const context = createContext({ ...sites.ground.context(await control.configuration()), coordinator });
  const stack = sites.ground.stack(subject.resource, context);
  const contents = await publish("1", paths);
  await stack.up({ ...subject.base, contents, maxTargets: 4, fallback: "directory" });
  // One directory covers all five; when it is sent, the vendor counts it.
  const [name] = claims.find(([, points]) => points > 0) ?? [];
  expect(name).toContain("directory");
  expect(claims.filter((claim) => claim[0] === name).map(([, points]) => points)).toEqual([0, 1, 0]);
});

test("longer than the run may take: the fallback, in time", async () => {
  const { stack, publish, sent, subject } = await site("dcdn:EdgeRoutinePurgeTrigger");
  const pages = Array.from({ length: 3000 }, (_, page) => `docs/${page}`);
  const program = { ...subject.base, contents: await publish("1", pages), fallback: "directory" };
  const ran = await stack.up(program, { timeoutMs: 60_000 });
  expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", tasks: [{ targetCount: 3000 }] } });
  expect(await sent()).toHaveLength(1);
});

test.each([
  ["esa:PurgeTrigger", "hostname", "hostname"],
  ["esa:PurgeTrigger", "all", "purgeall"],
  ["esa:PurgeTrigger", "tag:release", "cachetag"],
  ["teo:PurgeTrigger", "hostname", "purge_host"],
  ["teo:PurgeTrigger", "all", "purge_all"],
  ["teo:PurgeTrigger", "tag:release", "purge_cache_tag"],
] as const)(
  "%s, fallback %s: one call of type %s, and every visitor sees the new pages",
  async (token, fallback, type) => {
    const { stack, publish, visit, sent, subject } = await site(token);
    const old = await publish("1", [...paths, ...quiet]);
    const program = { ...subject.base, maxTargets: "20%", fallback };
    await stack.up({ ...program, contents: old, onCreate: "skip" });
    await visit();
    const release = await publish("2", [...paths, ...quiet]);
    expect((await stack.preview({ ...program, contents: release }))[0]).toContain(
      `fallback "${fallback.split(":")[0]}"`,
    );
    expect(await stack.up({ ...program, contents: release })).toMatchObject({
      problems: [],
      outputs: { status: "complete" },
    });
    expect((await sent()).map((params) => params["Type"])).toEqual([type]);
    expect(new Set(await visit())).toEqual(new Set(["2"]));
  },
);
