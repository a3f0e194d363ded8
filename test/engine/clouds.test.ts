/** One story on every cloud: the real engine, the vendor's protocol, and a visitor at the edge who sees what became of it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ControlClient } from "edgecache-emulator";
import { expect, test } from "vitest";
import { subjects, url, type Subject } from "../reliability/subjects.ts";
import { useClouds } from "./cloud.ts";
import { Stack, type Program, type Run } from "./stack.ts";

const newCloud = useClouds();
const pages = ["a", "b", "c"];

test.each(subjects)(
  "$name: create, change, partial failure, resume, time-out, resume, A to B to A, option, destroy",
  async (subject) => {
    const cloud = await newCloud({ seed: { limits: { [subject.taskMs]: 200 } } });
    await using story = await Story.begin(cloud, subject);
    const all = pages.map((page) => url(subject, page));

    await story.publish("v1");
    succeeded(await story.up("v1"));
    expect(await story.visitors()).toEqual(["MISS v1", "MISS v1", "MISS v1"]);

    await story.publish("v2");
    expect(await story.visitors()).toEqual(["HIT v1", "HIT v1", "HIT v1"]);
    succeeded(await story.up("v2"));
    expect(await story.bodies()).toEqual(["v2", "v2", "v2"]);

    await story.publish("v3");
    await cloud.faults.add({
      kind: "failTarget",
      target: url(subject, "b"),
      as: "row",
      reason: "Internal Error",
      count: 1,
    });
    const partial = await story.up("v3");
    expect(partial.code).not.toBe(0);
    expect(partial.output).toMatch(new RegExp(`1 file not purged: .*${url(subject, "b")}`));
    expect(await story.outputs()).toMatchObject({ status: "partial", owed: [{ target: url(subject, "b") }] });
    expect(await story.bodies()).toEqual(["v3", "v2", "v3"]);
    // Old and new rows of one second cannot be told apart at CDN and DCDN.
    await cloud.clock.advance(1500);
    succeeded(await story.up("v3"));
    expect(await story.outputs()).toMatchObject({ status: "complete", owed: [] });
    expect(await story.bodies()).toEqual(["v3", "v3", "v3"]);

    await story.publish("v4");
    await cloud.settings.limits({ [subject.taskMs]: 300_000 });
    const late = await story.up("v4", {}, { customTimeouts: { update: "4s" } });
    expect(late.code).not.toBe(0);
    expect(late.output).toContain("3 files of 3 not final when this run ended");
    expect(await story.outputs()).toMatchObject({ status: "submitted", owed: [] });
    expect(await story.visitors()).toEqual(["HIT v3", "HIT v3", "HIT v3"]);
    await cloud.clock.advance(300_000);
    succeeded(await story.up("v4"));
    expect(await story.outputs()).toMatchObject({ status: "complete", purgeCount: 5 });
    expect(await story.bodies()).toEqual(["v4", "v4", "v4"]);

    await cloud.settings.limits({ [subject.taskMs]: 200 });
    await story.publish("v2");
    succeeded(await story.up("v2"));
    expect(await story.bodies()).toEqual(["v2", "v2", "v2"]);

    const option = await story.up("v2", subject.option);
    expect(option.output).toContain("1 updated");
    await story.publish("v5");
    succeeded(await story.stack.destroy());
    expect(await story.visitors()).toEqual(["HIT v2", "HIT v2", "HIT v2"]);

    expect(await story.calls()).toEqual([all, all, all, [url(subject, "b")], all, all]);
    // No more than that: of other operations only the watching, and EdgeOne's question for the plan's batch.
    const others = new Set((await cloud.requests.find()).map(({ action }) => action));
    expect(
      [...others].filter((action) => ![subject.submit, subject.poll, "DescribeContentQuota"].includes(action)),
    ).toEqual([]);
  },
);

/** A failure shows what the CLI said. */
function succeeded({ code, output }: Run): void {
  if (code !== 0) throw new Error(output);
}

class Story implements AsyncDisposable {
  readonly stack: Stack;
  readonly #cloud: ControlClient;
  readonly #subject: Subject;

  private constructor(stack: Stack, cloud: ControlClient, subject: Subject) {
    this.stack = stack;
    this.#cloud = cloud;
    this.#subject = subject;
  }

  static async begin(cloud: ControlClient, subject: Subject): Promise<Story> {
    return new Story(await Stack.create(cloud, { resources: {} }), cloud, subject);
  }

  async up(
    contentHash: string,
    more: Readonly<Record<string, unknown>> = {},
    options: Readonly<Record<string, unknown>> = {},
  ) {
    const targets = pages.map((page) => url(this.#subject, page));
    const properties = { ...this.#subject.base, targets, contentHash, ...more };
    const program: Program = { resources: { release: { type: this.#subject.type, properties, options } } };
    await this.stack.write(program);
    return this.stack.up();
  }

  publish(body: string): Promise<void> {
    const headers = { "cache-control": "max-age=3600" };
    return this.#cloud.origin.publish(
      ...pages.map((page) => ({ host: this.#subject.host, path: `/${page}`, body, headers })),
    );
  }

  async visitors(): Promise<string[]> {
    const visits = pages.map(async (page) => {
      const { cache, body } = await this.#cloud.visit(url(this.#subject, page));
      return `${cache} ${body}`;
    });
    return Promise.all(visits);
  }

  async bodies(): Promise<string[]> {
    return (await this.visitors()).map((seen) => seen.split(" ")[1] ?? "");
  }

  /** From the backend's file: the CLI would take half a second to say the same. */
  async outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const file = path.join(this.stack.folder, "state/.pulumi/stacks/edge/dev.json");
    const { checkpoint } = JSON.parse(await readFile(file, "utf8"));
    return checkpoint.latest.resources.find(({ type }: { type: string }) => type === this.#subject.type)?.outputs;
  }

  /** The targets of each call that sent some. */
  async calls(): Promise<string[][]> {
    const requests = await this.stack.calls(this.#subject.submit);
    return requests.filter(({ executed }) => executed).map(({ params }) => this.#subject.sent(params));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack[Symbol.asyncDispose]();
  }
}
