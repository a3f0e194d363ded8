/** One story on every cloud, by both ways: the real engine, the vendor's protocol, and visitors who see what became of it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ControlClient } from "edgecache-emulator";
import { beforeAll, expect, test } from "vitest";
import { subjects, url, type Subject } from "../reliability/subjects.ts";
import { dynamicProject } from "../examples/toolbox.ts";
import { useClouds } from "./cloud.ts";
import { Stack, type ProgramResource, type Run } from "./stack.ts";
import { dynamic, plugin, type Way } from "./ways.ts";

const newCloud = useClouds();
beforeAll(dynamicProject, 300_000);
const pages = ["a", "b", "c"];

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
    // No more than that: of other operations only the watching, and EdgeOne's question for the plan's batch.
    const expected = subjects.flatMap(({ submit, poll }) => [submit, poll]);
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
    await this.stack.write({ resources: Object.fromEntries(subjects.map((each) => [nameOf(each), trigger(each)])) });
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
    const wanted = this.#way.typeInState(subject.type);
    return checkpoint.latest.resources.find(({ type }: { type: string }) => type === wanted)?.outputs;
  }

  /** The targets of each call that sent some. */
  async calls(subject: Subject): Promise<string[][]> {
    const requests = await this.stack.calls(subject.submit);
    return requests.filter(({ executed }) => executed).map(({ params }) => subject.sent(params));
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
