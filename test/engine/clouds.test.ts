/** One story on every cloud, with one setting, by both ways: the real engine, the vendor's protocol, and visitors who see what became of it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ControlClient, LogEntry } from "edgecache-emulator";
import { beforeAll, expect, test } from "vitest";
import { subjects, url, type Subject } from "../reliability/subjects.ts";
import { dynamicProject } from "../examples/toolbox.ts";
import { siteId, useClouds } from "./cloud.ts";
import { Stack, type ProgramResource, type Run } from "./stack.ts";
import { dynamic, plugin, type Way } from "./ways.ts";

const newCloud = useClouds();
beforeAll(dynamicProject, 300_000);
const pages = ["a", "b", "c"];

/** What a trigger with `contents` has at each release, and so sends: all; b changed; b removed; d changed; d removed. */
const contents: Readonly<Record<string, object>> = {
  v1: { a: "1", b: "1", c: "1" },
  v2: { a: "1", b: "2", c: "1" },
  v3: { a: "1", c: "1", d: "1" },
  v4: { a: "1", c: "1", d: "2" },
};
const tagsSent = { a: 1, b: 3, c: 1, d: 2, skipped: 4 };

test.each([plugin, dynamic])(
  "$name: create, change, partial failure, resume, time-out, resume, A to B to A, option, destroy",
  async (way) => {
    const cloud = await newCloud({ seed: { limits: tasksTake(200) } });
    await using story = await Story.begin(cloud, way);

    await story.publish("v1");
    succeeded(await story.up("v1"));
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v1", "MISS v1", "MISS v1"]));

    await story.publish("v2");
    expect(await story.visitors()).toEqual(onEachCloud(["HIT v1", "HIT v1", "HIT v1"]));
    succeeded(await story.up("v2"));
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v2", "MISS v2", "MISS v2"]));

    await story.publish("v3");
    for (const subject of subjects) await failOnce(cloud, url(subject, "b"));
    const partial = await story.up("v3");
    expect(partial.code).not.toBe(0);
    for (const subject of subjects) {
      const target = url(subject, "b");
      expect(partial.output).toMatch(new RegExp(`1 file not purged: .*${target}`));
      expect(await story.outputs(subject), subject.name).toMatchObject({ status: "partial", owed: [{ target }] });
    }
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v3", "HIT v2", "MISS v3"]));
    // Old and new rows of one second cannot be told apart at CDN and DCDN.
    await cloud.clock.advance(1500);
    succeeded(await story.up("v3"));
    expect(await story.states()).toMatchObject(onEachCloud({ status: "complete", owed: [] }));
    expect(await story.visitors()).toEqual(onEachCloud(["HIT v3", "MISS v3", "HIT v3"]));

    await story.publish("v4");
    await cloud.settings.limits(tasksTake(300_000));
    const late = await story.up("v4", { customTimeouts: { update: "4s" } });
    expect(late.code).not.toBe(0);
    expect(late.output.match(/3 files of 3 not final when this run ended/g)?.length).toBeGreaterThanOrEqual(5);
    expect(await story.states()).toMatchObject(onEachCloud({ status: "submitted", owed: [] }));
    expect(await story.visitors()).toEqual(onEachCloud(["HIT v3", "HIT v3", "HIT v3"]));
    await cloud.clock.advance(300_000);
    succeeded(await story.up("v4"));
    expect(await story.states()).toMatchObject(onEachCloud({ status: "complete", purgeCount: 5 }));
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v4", "MISS v4", "MISS v4"]));
    await cloud.settings.limits(tasksTake(200));

    await story.publish("v2");
    succeeded(await story.up("v2"));
    expect(await story.visitors()).toEqual(onEachCloud(["MISS v2", "MISS v2", "MISS v2"]));

    const option = await story.up("v2", {}, true);
    expect(option.output).toContain(`${subjects.length} updated`);
    await story.publish("v5");
    succeeded(await story.stack.destroy());
    expect(await story.visitors()).toEqual(onEachCloud(["HIT v2", "HIT v2", "HIT v2"]));

    for (const subject of subjects) {
      const all = pages.map((page) => url(subject, page));
      expect(await story.calls(subject), subject.name).toEqual([all, all, all, [url(subject, "b")], all, all]);
    }
    // Each tag as often as its rule says: none at creation with `onCreate: "skip"`, none because it is new.
    expect(await story.tags()).toEqual(tagsSent);
    const headers = (await story.stack.calls("UpdateCacheTag")).filter(({ executed }) => executed);
    const names = ["Tag-v1", "Tag-v2", "Tag-v3", "Tag-v4", "Tag-v2", "Cache-Tag"];
    expect(headers.map(({ params }) => params["TagName"])).toEqual(names);
    // No more than that: of other operations only the watching, and EdgeOne's question for the plan's batch.
    const expected = [...subjects.flatMap(({ submit, poll }) => [submit, poll]), "UpdateCacheTag", "GetCacheTag"];
    const others = new Set((await cloud.requests.find()).map(({ action }) => action));
    expect([...others].filter((action) => ![...expected, "DescribeContentQuota"].includes(action))).toEqual([]);
  },
);

/** A failure shows what the CLI said. */
function succeeded({ code, output }: Run): void {
  if (code !== 0) throw new Error(output);
}

function tasksTake(ms: number): Record<string, number> {
  return Object.fromEntries(subjects.map(({ taskMs }) => [taskMs, ms]));
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
    const trigger = (subject: Subject): ProgramResource => {
      const targets = pages.map((page) => url(subject, page));
      const option = other ? subject.option : {};
      return { type: subject.type, properties: { ...subject.base, targets, contentHash, ...option }, options };
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
    const triggers = Object.fromEntries(subjects.map((each) => [nameOf(each), trigger(each)]));
    await this.stack.write({ resources: { ...triggers, ...rules } });
    return this.stack.up("--continue-on-error", "--parallel", "16");
  }

  publish(body: string): Promise<void> {
    const headers = { "cache-control": "max-age=3600" };
    return this.#cloud.origin.publish(
      ...subjects.flatMap(({ host }) => pages.map((page) => ({ host, path: `/${page}`, body, headers }))),
    );
  }

  /** What they get of each page: whether it came from the cache, and the body. */
  visitors(): Promise<Record<string, string[]>> {
    return forEachCloud((subject) =>
      Promise.all(
        pages.map(async (page) => {
          const { cache, body } = await this.#cloud.visit(url(subject, page));
          return `${cache} ${body}`;
        }),
      ),
    );
  }

  states(): Promise<Record<string, Readonly<Record<string, unknown>> | undefined>> {
    return forEachCloud((subject) => this.outputs(subject));
  }

  /** From the backend's file: the CLI would take half a second to say the same. */
  async outputs(subject: Subject): Promise<Readonly<Record<string, unknown>> | undefined> {
    const file = path.join(this.stack.folder, "state/.pulumi/stacks/edge/dev.json");
    const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
    const name = `${this.#way.typeInState(subject.type)}::${nameOf(subject)}`;
    return checkpoint.latest.resources.find(({ urn }: { urn: string }) => urn.endsWith(name))?.outputs;
  }

  /** The targets of each call that sent some. */
  async calls(subject: Subject): Promise<string[][]> {
    const requests = await this.stack.calls(subject.submit);
    const others = ({ params }: LogEntry): boolean => params["Type"] === "cachetag";
    return requests.filter((each) => each.executed && !others(each)).map(({ params }) => subject.sent(params));
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

async function forEachCloud<T>(tell: (subject: Subject) => Promise<T>): Promise<Record<string, T>> {
  const told = subjects.map(async (subject) => [subject.name, await tell(subject)] as const);
  return Object.fromEntries(await Promise.all(told));
}

function onEachCloud<T>(value: T): Record<string, T> {
  return Object.fromEntries(subjects.map(({ name }) => [name, value]));
}

function nameOf({ name }: Subject): string {
  return name.toLowerCase().replaceAll(" ", "-");
}
