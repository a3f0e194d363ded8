/** The check after a purge, end to end: what the log of requests and a visitor at each node see. */
import { expect, test } from "vitest";
import { Asset } from "../../provider/src/engine/wire/values.ts";
import { cached, check, deafHost, digest, fresh, gate, old, useFreshWorlds } from "./fresh-world.ts";

const open = useFreshWorlds();

test("a node that obeys a minute after the task is done is waited for, without another purge", async () => {
  const world = await cached(await open("esa:PurgeTrigger"));
  await world.control.settings.limits({ "edge.lateNodeMs": 60_000 });
  await world.publish(fresh);
  const { outputs, problems } = await world.stack.up(world.program(fresh, check(world)), { timeoutMs: 1_800_000 });
  expect(problems).toEqual([]);
  expect(await world.purges()).toHaveLength(1);
  expect(outputs["proven"]).toHaveLength(6);
  expect(await world.visitors(["/a"])).toEqual(["new a", "new a", "new a"]);
});

test("a node that ignores purges: purged again as often as allowed, then owed with node and URL; never green", async () => {
  const world = await cached(await open("cdn:PurgeTrigger", deafHost));
  await world.publish(fresh);
  const program = world.program(fresh, check(world, { within: 30, attempts: 2 }));
  const { outputs, problems, logs } = await world.stack.up(program, { timeoutMs: 1_800_000 });
  expect((await world.purges()).map(({ paths }) => paths)).toEqual([
    ["/a", "/b"],
    ["/a", "/b"],
    ["/a", "/b"],
  ]);
  expect(problems).toEqual([expect.stringMatching(/^CDN: 2 files stale at the edge.*\(StaleAtEdge\):\n {2}http/)]);
  expect(problems[0]).toContain(
    `http://${deafHost}/a at ${world.edge[2]?.address}: expected SHA-256 ${digest("new a")}, found 200, SHA-256 ${digest("old a")}, Age`,
  );
  expect(problems[0]).not.toContain(world.edge[0]?.address);
  expect(outputs).toMatchObject({ status: "partial", ledger: { owed: 2 } });
  expect(outputs["owed"]).toEqual([
    expect.objectContaining({ target: `http://${deafHost}/a`, code: "StaleAtEdge" }),
    expect.objectContaining({ target: `http://${deafHost}/b`, code: "StaleAtEdge" }),
  ]);
  expect(logs.filter((line) => line.includes("sent again"))).toHaveLength(2);
  // Somebody empties that node: the next run sends what is owed and sees it fresh.
  await world.control.edge.clear();
  const next = await world.stack.up(program, { timeoutMs: 1_800_000 });
  expect(next.problems).toEqual([]);
  expect(next.outputs).toMatchObject({ status: "complete", owed: [], ledger: { owed: 0 } });
  expect(await world.visitors(["/a"])).toEqual(["new a", "new a", "new a"]);
});

test("attempts: 0 purges once", async () => {
  const world = await cached(await open("cdn:PurgeTrigger", deafHost));
  await world.publish(fresh);
  await world.stack.up(world.program(fresh, check(world, { within: 5, attempts: 0 })));
  expect(await world.purges()).toHaveLength(1);
});

test("nobody is asked without being told to, nor with wait: false, nor when nothing changed", async () => {
  const world = await cached(await open("esa:PurgeTrigger"));
  await world.publish(fresh);
  await world.stack.up(world.program(fresh, { wait: false, ...check(world) }));
  expect(world.edge.flatMap(({ log }) => log)).toEqual([]);
  await world.stack.up(world.program(fresh));
  const { outputs } = await world.stack.up(world.program(old));
  expect(outputs).not.toHaveProperty("proven");
  await world.stack.up(world.program(old, { ...gate(world), ...check(world) }));
  await world.stack.preview(world.program(fresh, { ...gate(world), ...check(world) }));
  expect([world.origin, ...world.edge].flatMap(({ log }) => log)).toEqual([]);
});

test("20 of 1,000 are asked, no server more than 20 times a second, without credentials", async () => {
  const bodies = (release: string) =>
    Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`/p${index}`, `${release} ${index}`]));
  const world = await open("esa:PurgeTrigger");
  await world.stack.up(world.program(bodies("old"), { onCreate: "skip" }));
  await world.publish(bodies("new"));
  const program = world.program(bodies("new"), { ...gate(world), ...check(world) });
  expect((await world.stack.preview(program)).map((line) => line.replace(/^info: /, ""))).toEqual(
    expect.arrayContaining([
      "first waits until the origin serves the new content of 20 of 1,000 files, for 5 minutes at most; else nothing is sent",
      "then checks 20 of 1,000 files at 3 nodes until fresh, for 2 minutes at most; what is stale then is sent again, once at most",
    ]),
  );
  expect((await world.stack.up(program, { timeoutMs: 1_800_000 })).problems).toEqual([]);
  for (const { log } of [world.origin, ...world.edge]) {
    expect(log).toHaveLength(20);
    expect(log.some(({ headers }) => (headers.authorization ?? headers.cookie) !== undefined)).toBe(false);
  }
});

test("a check that is cut short proves nothing: the next run checks again and sends nothing", async () => {
  const world = await cached(await open("teo:PurgeTrigger"));
  await world.publish(fresh);
  const stop = new AbortController();
  const [first] = world.edge;
  if (first === undefined) throw new Error("there are three");
  first.interfere = () => {
    stop.abort();
    return undefined;
  };
  const program = world.program(fresh, check(world));
  const cut = await world.stack.up(program, { signal: stop.signal });
  expect(cut.outputs).toMatchObject({ status: "submitted", ledger: { awaiting: 2, owed: 0 } });
  expect(cut.problems).toEqual([expect.stringContaining("the check of 2 files at the edge was cut short")]);
  first.interfere = () => undefined;
  const next = await world.stack.up(program, { timeoutMs: 1_800_000 });
  expect(next.problems).toEqual([]);
  expect(next.outputs).toMatchObject({ status: "complete", ledger: { awaiting: 0 } });
  expect(next.outputs["proven"]).toHaveLength(6);
  expect(await world.purges()).toHaveLength(1);
});

test("what an earlier run has sent is checked, and not sent again without asking the origin", async () => {
  const world = await cached(await open("cdn:PurgeTrigger", deafHost));
  await world.publish(fresh);
  await world.stack.up(world.program(fresh, { wait: false }));
  const program = world.program(fresh, { ...gate(world), ...check(world, { within: 5, attempts: 3 }) });
  const { outputs } = await world.stack.up(program, { timeoutMs: 1_800_000 });
  expect(outputs).toMatchObject({ status: "partial", ledger: { owed: 2 } });
  expect(world.origin.log).toEqual([]);
  expect(await world.purges()).toHaveLength(1);
  await world.control.edge.clear();
  expect((await world.stack.up(program, { timeoutMs: 1_800_000 })).outputs["status"]).toBe("complete");
  expect(world.origin.log.length).toBeGreaterThan(0);
});

test("digests come from a file given as contents, too", async () => {
  const world = await cached(await open("esa:PurgeTrigger"));
  const { contents } = world.program(fresh);
  const file = new Asset("1", { text: JSON.stringify(contents) });
  await world.publish(fresh);
  const program = { ...world.program(fresh, { ...gate(world), ...check(world) }), contents: file };
  const { outputs, problems } = await world.stack.up(program, { timeoutMs: 1_800_000 });
  expect(problems).toEqual([]);
  expect(outputs["proven"]).toHaveLength(6);
});

test("by Age where no digest is known: what was cached before the purge is not believed", async () => {
  const world = await open("esa:PurgeTrigger");
  const program = (contentHash: string, more = {}) =>
    world.program({}, { contents: undefined, targets: ["http://www.example.com/a"], contentHash, ...more });
  await world.publish(old);
  await world.stack.up(program("1", { onCreate: "skip" }));
  await world.visitors(["/a"]);
  await world.publish(fresh);
  await world.control.settings.limits({ "edge.lateNodeMs": 20_000 });
  const expected = { expect: { text: "new" } };
  const { outputs, problems } = await world.stack.up(
    program("2", { awaitOrigin: { address: world.origin.address, ...expected }, ...check(world) }),
    { timeoutMs: 1_800_000 },
  );
  expect(problems).toEqual([]);
  expect(outputs["proven"]).toEqual(
    world.edge.map(({ address }) => expect.objectContaining({ node: address, shownBy: "Age" })),
  );
  expect(await world.visitors(["/a"])).toEqual(["new a", "new a", "new a"]);
});

test("targets that are no URLs are probed by the URLs that are given; a stale one owes them all", async () => {
  const world = await open("esa:PurgeTrigger");
  const program = (contentHash: string, more = {}) =>
    world.program({}, { type: "cachetag", contents: undefined, targets: ["x", "y"], contentHash, ...more });
  await world.publish(old);
  await world.stack.up(program("1", { onCreate: "skip" }));
  await world.visitors(["/a"]);
  await world.publish(fresh);
  const urls = ["http://www.example.com/a"];
  // No page has these tags, so the cloud is done and the page stays.
  const { outputs, problems } = await world.stack.up(
    program("2", check(world, { urls, expect: { text: "new" }, within: 5, attempts: 0 })),
  );
  expect(problems).toEqual([expect.stringContaining("2 tags stale at the edge")]);
  expect(outputs["ledger"]).toMatchObject({ owed: 2 });
});

test("what can prove nothing is refused before anything is sent", async () => {
  const world = await cached(await open("esa:PurgeTrigger"));
  const tags = { contents: undefined, type: "cachetag", targets: ["x"], contentHash: "1" };
  const directory = { contents: { "http://www.example.com/docs/": digest("a tree") }, type: "directory" };
  for (const more of [tags, directory]) {
    for (const probe of [gate(world), check(world)]) {
      const program = world.program({}, { ...more, ...probe });
      await expect(world.stack.preview(program)).rejects.toThrow("the targets are no URLs that could be asked for");
      await expect(world.stack.up(program)).rejects.toThrow("Give urls");
    }
  }
  const unknown = world.program({ ...old, "/c": "c" }, gate(world));
  const hashes = { contents: { "http://www.example.com/a": "release-2" } };
  await expect(world.stack.up({ ...unknown, ...hashes })).rejects.toThrow("Give expect");
  expect(await world.purges()).toEqual([]);
});
