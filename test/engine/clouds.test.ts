/**
 * One story on every cloud, with one setting, by both ways: the real engine,
 * the vendor's protocol, and visitors who see what became of it. Each release
 * changes pages that visitors have, which are purged, and brings pages of its
 * own, as build tools name them, which are prefetched.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ControlClient, LogEntry } from "edgecache-emulator";
import { beforeAll, expect, test } from "vitest";
import { prefetches, subjects, url, type Sender } from "../reliability/subjects.ts";
import { dynamicProject } from "../examples/toolbox.ts";
import { siteId, useClouds } from "./cloud.ts";
import { Stack, type ProgramResource, type Run } from "./stack.ts";
import { dynamic, plugin, type Way } from "./ways.ts";

const newCloud = useClouds();
beforeAll(dynamicProject);
const pages = ["a", "b", "c"];
const senders: readonly Sender[] = [...subjects, ...prefetches];

/** What a trigger with `contents` has at each release, and so sends: all; b changed; b removed; d changed. */
const contents: Readonly<Record<string, object>> = {
  v1: { a: "1", b: "1", c: "1" },
  v2: { a: "1", b: "2", c: "1" },
  v3: { a: "1", c: "1", d: "1" },
  v4: { a: "1", c: "1", d: "2" },
};
const tagsSent = { a: 1, b: 3, c: 1, d: 1, skipped: 3 };

test.each([plugin, dynamic])(
  "$name: create, change, partial failure, resume, time-out, resume, option, destroy",
  async (way) => {
    const cloud = await newCloud({ seed: { limits: tasksTake(200) } });
    await using story = await Story.begin(cloud, way);

    await story.publish("v1");
    succeeded(await story.up("v1"));
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v1", "MISS v1", "MISS v1"]));
    expect(await story.firstVisitors("v1")).toEqual(prefetched(["HIT v1", "HIT v1", "HIT v1"]));

    await story.publish("v2");
    expect(await story.visitors()).toEqual(onEachCloud(["HIT v1", "HIT v1", "HIT v1"]));
    succeeded(await story.up("v2"));
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v2", "MISS v2", "MISS v2"]));
    expect(await story.firstVisitors("v2")).toEqual(prefetched(["HIT v2", "HIT v2", "HIT v2"]));

    await story.publish("v3");
    for (const sender of senders) await failOnce(cloud, story.target(sender, "v3", "b"));
    const partial = await story.up("v3");
    expect(partial.code).not.toBe(0);
    for (const sender of senders) {
      const target = story.target(sender, "v3", "b");
      expect(partial.output).toMatch(new RegExp(`1 file not (purged|prefetched): .*${target}`));
      expect(await story.outputs(sender), sender.name).toMatchObject({ status: "partial", owed: [{ target }] });
    }
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v3", "HIT v2", "MISS v3"]));
    // Old and new rows of one second cannot be told apart at CDN and DCDN.
    await cloud.clock.advance(1500);
    succeeded(await story.up("v3"));
    expect(await story.states()).toMatchObject(forAll({ status: "complete", owed: [] }));
    expect(await story.visitors()).toEqual(onEachCloud(["HIT v3", "MISS v3", "HIT v3"]));
    expect(await story.firstVisitors("v3")).toEqual(prefetched(["HIT v3", "HIT v3", "HIT v3"]));

    await story.publish("v4");
    await cloud.settings.limits(tasksTake(300_000));
    const late = await story.up("v4", { customTimeouts: { update: "8s" } });
    expect(late.code).not.toBe(0);
    expect(late.output.match(/3 files of 3 not final when this run ended/g)?.length).toBeGreaterThanOrEqual(
      senders.length,
    );
    expect(await story.states()).toMatchObject(forAll({ status: "submitted", owed: [] }));
    expect(await story.visitors()).toEqual(onEachCloud(["HIT v3", "HIT v3", "HIT v3"]));
    await cloud.clock.advance(300_000);
    succeeded(await story.up("v4"));
    expect(await story.states()).toMatchObject({
      ...onEachCloud({ status: "complete", purgeCount: 5 }),
      ...prefetched({ status: "complete", prefetchCount: 5 }),
    });
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v4", "MISS v4", "MISS v4"]));
    expect(await story.firstVisitors("v4")).toEqual(prefetched(["HIT v4", "HIT v4", "HIT v4"]));
    await cloud.settings.limits(tasksTake(200));

    const option = await story.up("v4", {}, true);
    expect(option.output).toContain(`${senders.length} updated`);
    await story.publish("v5");
    succeeded(await story.stack.destroy());
    expect(await story.visitors()).toEqual(onEachCloud(["HIT v4", "HIT v4", "HIT v4"]));

    for (const sender of senders) {
      const of = (release: string) => pages.map((page) => story.target(sender, release, page));
      const owed = [story.target(sender, "v3", "b")];
      expect(await story.calls(sender), sender.name).toEqual([of("v1"), of("v2"), of("v3"), owed, of("v4")]);
    }
    // Each tag as often as its rule says: none at creation with `onCreate: "skip"`, none because it is new.
    expect(await story.tags()).toEqual(tagsSent);
    const headers = (await story.stack.calls("UpdateCacheTag")).filter(({ executed }) => executed);
    const names = ["Tag-v1", "Tag-v2", "Tag-v3", "Tag-v4", "Cache-Tag"];
    expect(headers.map(({ params }) => params["TagName"])).toEqual(names);
    // No more than that: of other operations only the watching, and EdgeOne's question for the plan's batch.
    const expected = [...senders.flatMap(({ submit, poll }) => [submit, poll]), "UpdateCacheTag", "GetCacheTag"];
    const others = new Set((await cloud.requests.find()).map(({ action }) => action));
    expect([...others].filter((action) => ![...expected, "DescribeContentQuota"].includes(action))).toEqual([]);
  },
);

/** A failure shows what the CLI said. */
function succeeded({ code, output }: Run): void {
  if (code !== 0) throw new Error(output);
}

function tasksTake(ms: number): Record<string, number> {
  return Object.fromEntries(senders.map(({ taskMs }) => [taskMs, ms]));
}

async function failOnce(cloud: ControlClient, target: string): Promise<void> {
  await cloud.faults.add({ kind: "failTarget", target, as: "row", reason: "Internal Error", count: 1 });
}

/** A trigger on each cloud, in one stack. */
class Story implements AsyncDisposable {
  readonly stack: Stack;
  readonly #cloud: ControlClient;
  readonly #way: Way;

  private constructor(stack: Stack, cloud: ControlClient, way: Way) {
    this.stack = stack;
    this.#cloud = cloud;
    this.#way = way;
  }

  static async begin(cloud: ControlClient, way: Way): Promise<Story> {
    return new Story(await Stack.create(cloud, { resources: {} }, {}, way), cloud, way);
  }

  /** `other`: with another value of an option. */
  async up(contentHash: string, options: Readonly<Record<string, unknown>> = {}, other = false): Promise<Run> {
    const trigger = (sender: Sender): ProgramResource => {
      const targets = pages.map((page) => this.target(sender, contentHash, page));
      const option = other ? sender.option : {};
      return { type: sender.type, properties: { ...sender.base, targets, contentHash, ...option }, options };
    };
    const byTag = (rest: object): ProgramResource => {
      const { type, base } = subjects[0];
      return { type, properties: { ...base, type: "cachetag", ...rest }, options };
    };
    const rules = {
      contents: byTag({ contents: contents[contentHash] }),
      skip: byTag({ targets: ["skipped"], contentHash, onCreate: "skip" }),
      tagging: { type: "edgecache:esa:CacheTagConfig", properties: { siteId, tagName: `Tag-${contentHash}` } },
    };
    const triggers = Object.fromEntries(senders.map((each) => [nameOf(each), trigger(each)]));
    await this.stack.write({ resources: { ...triggers, ...rules } });
    return this.stack.up("--continue-on-error", "--parallel", "16");
  }

  /** What is purged keeps its name, what is prefetched has a new one in each release. */
  target(sender: Sender, release: string, page: string): string {
    return url(sender, prefetches.includes(sender) ? `${release}/${page}` : page);
  }

  publish(release: string): Promise<void> {
    const headers = { "cache-control": "max-age=3600" };
    const targets = senders.flatMap((sender) => pages.map((page) => new URL(this.target(sender, release, page))));
    return this.#cloud.origin.publish(
      ...targets.map(({ host, pathname }) => ({ host, path: pathname, body: release, headers })),
    );
  }

  /** What they get of each page that was purged: whether it came from the cache, and the body. */
  visitors(): Promise<Record<string, string[]>> {
    return forEachOf(subjects, (subject) => this.#visit(subject, ""));
  }

  /** The same of the pages that a release brought. */
  firstVisitors(release: string): Promise<Record<string, string[]>> {
    return forEachOf(prefetches, (sender) => this.#visit(sender, release));
  }

  #visit(sender: Sender, release: string): Promise<string[]> {
    return Promise.all(
      pages.map(async (page) => {
        const { cache, body } = await this.#cloud.visit(this.target(sender, release, page));
        return `${cache} ${body}`;
      }),
    );
  }

  states(): Promise<Record<string, Readonly<Record<string, unknown>> | undefined>> {
    return forEachOf(senders, (sender) => this.outputs(sender));
  }

  /** From the backend's file: the CLI would take half a second to say the same. */
  async outputs(sender: Sender): Promise<Readonly<Record<string, unknown>> | undefined> {
    const file = path.join(this.stack.folder, "state/.pulumi/stacks/edge/dev.json");
    const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
    const name = `${this.#way.typeInState(sender.type)}::${nameOf(sender)}`;
    return checkpoint.latest.resources.find(({ urn }: { urn: string }) => urn.endsWith(name))?.outputs;
  }

  /** The targets of each call that sent some. */
  async calls(sender: Sender): Promise<string[][]> {
    const requests = await this.stack.calls(sender.submit);
    const others = ({ params }: LogEntry): boolean => params["Type"] === "cachetag";
    return requests.filter((each) => each.executed && !others(each)).map(({ params }) => sender.sent(params));
  }

  /** How often each tag was sent. */
  async tags(): Promise<Record<string, number>> {
    const requests = (await this.stack.calls("PurgeCaches")).filter(({ params }) => params["Type"] === "cachetag");
    const sent: string[] = requests.flatMap(({ params }) => JSON.parse(String(params["Content"])).CacheTags);
    return Object.fromEntries(Object.keys(tagsSent).map((tag) => [tag, sent.filter((each) => each === tag).length]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack[Symbol.asyncDispose]();
  }
}

async function forEachOf<T>(some: readonly Sender[], tell: (sender: Sender) => Promise<T>): Promise<Record<string, T>> {
  const told = some.map(async (sender) => [sender.name, await tell(sender)] as const);
  return Object.fromEntries(await Promise.all(told));
}

function onEachCloud<T>(value: T): Record<string, T> {
  return Object.fromEntries(subjects.map(({ name }) => [name, value]));
}

function prefetched<T>(value: T): Record<string, T> {
  return Object.fromEntries(prefetches.map(({ name }) => [name, value]));
}

function forAll<T>(value: T): Record<string, T> {
  return { ...onEachCloud(value), ...prefetched(value) };
}

function nameOf({ name }: Sender): string {
  return name.toLowerCase().replaceAll(" ", "-");
}
