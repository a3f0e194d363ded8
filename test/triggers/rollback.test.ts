/** The rollback trap: a purge that only marks copies stale, and an origin that compares dates. By what a visitor sees. */
import { expect, test } from "vitest";
import { Manifest } from "../../provider/src/triggers/manifest/manifest.ts";
import { remembering, rolledBack } from "../../provider/src/triggers/rollback.ts";
import { digest, useFreshWorlds, type FreshWorld } from "./fresh-world.ts";
import type { Token } from "./subjects.ts";

const open = useFreshWorlds();

interface Release {
  readonly body: string;
  readonly modified: string;
}
const first = { body: "first", modified: "Mon, 02 Nov 2026 08:00:00 GMT" };
const second = { body: "second", modified: "Mon, 09 Nov 2026 08:00:00 GMT" };

/** As a web server serves files: by date, without an ETag. */
async function publish({ control, host }: FreshWorld, { body, modified }: Release): Promise<void> {
  const headers = { "last-modified": modified, "cache-control": "max-age=86400" };
  await control.origin.publish({ host, path: "/docs/a", body, headers, bare: true });
}

const directories: readonly (readonly [Token, string])[] = [
  ["esa:PurgeTrigger", "directory"],
  ["cdn:PurgeTrigger", "Directory"],
  ["dcdn:PurgeTrigger", "Directory"],
  ["teo:PurgeTrigger", "purge_prefix"],
];

/** Both releases have been published, purged and visited; then the first is put back with its date. */
async function backToFirst(token: Token, type: string) {
  const world = await open(token);
  const program = ({ body }: Release, more = {}) =>
    world.program({}, { type, contents: { [`http://${world.host}/docs/`]: digest(body) }, ...more });
  const release = async (which: Release, more = {}) => {
    await publish(world, which);
    const lines = await world.stack.preview(program(which, more));
    const ran = await world.stack.up(program(which, more), { timeoutMs: 1_800_000 });
    return { ...ran, lines, seen: await world.visitors(["/docs/a"]) };
  };
  expect((await release(first)).seen).toEqual(["first", "first", "first"]);
  const forward = await release(second);
  expect(forward.seen).toEqual(["second", "second", "second"]);
  expect([...forward.lines, ...forward.logs].join()).not.toContain("rollback");
  return { world, release, program };
}

test.each(directories)("%s %s: the trap is there, the plan sees it and warns", async (token, type) => {
  const { release } = await backToFirst(token, type);
  const { problems, lines, logs, seen } = await release(first);
  expect(problems).toEqual([]);
  expect(seen).toEqual(["second", "second", "second"]);
  const warning = expect.stringMatching(
    /^warn: rollback: the content of 1 directory was here before \(http.*\/docs\/\)/,
  );
  expect(lines).toContainEqual(warning);
  expect(logs).toContainEqual(warning);
});

test.each(directories)('%s %s: with onRollback "force" visitors get the restored page', async (token, type) => {
  const { release, world } = await backToFirst(token, type);
  const { lines, seen } = await release(first, { onRollback: "force" });
  expect(lines).toContainEqual(
    expect.stringMatching(/^info: rollback: .*; copies are deleted instead of marked stale$/),
  );
  expect(seen).toEqual(["first", "first", "first"]);
  // Only then: what is new is marked stale as ever.
  await release({ body: "third", modified: "Mon, 16 Nov 2026 08:00:00 GMT" }, { onRollback: "force" });
  const how = await world.control.requests.find();
  const deletes = how.flatMap(({ params }) => ("Force" in params || "Method" in params ? [params] : []));
  expect(deletes.map((params) => params["Force"] ?? params["Method"]).map(String)).toEqual([
    token === "teo:PurgeTrigger" ? "delete" : "true",
  ]);
});

test("verifyEdge meets the trap: it never ends green", async () => {
  const { release, world } = await backToFirst("esa:PurgeTrigger", "directory");
  const verifyEdge = {
    nodes: world.edge.map(({ address }) => address),
    urls: [`http://${world.host}/docs/a`],
    expect: { text: "first" },
    within: 10,
  };
  const stale = await release(first, { verifyEdge });
  expect(stale.problems).toEqual([expect.stringContaining("stale at the edge")]);
  // What is owed is still a rollback.
  const again = await release(first, { verifyEdge, onRollback: "force" });
  expect(again.problems).toEqual([]);
  expect(again.seen).toEqual(["first", "first", "first"]);
});

test("what was never here before is a rollback only if the program says so", async () => {
  const { release } = await backToFirst("esa:PurgeTrigger", "directory");
  const backup = { body: "backup", modified: "Mon, 26 Oct 2026 08:00:00 GMT" };
  expect((await release(backup)).seen).toEqual(["second", "second", "second"]);
  const older = { body: "older", modified: "Mon, 19 Oct 2026 08:00:00 GMT" };
  expect((await release(older, { rollback: true, onRollback: "force" })).seen).toEqual(["older", "older", "older"]);
});

test("64 releases are remembered, in a record that does not grow", () => {
  const release = (number: number) => Manifest.ofTargets(["http://www.example.com/docs/"], `r${number}`);
  const [target] = [...release(0).names()];
  const seen = (earlier: readonly string[], number: number) =>
    rolledBack([target ?? ""], release(number), earlier, false);
  let earlier: readonly string[] = [];
  for (let number = 1; number <= 70; number++) {
    earlier = remembering(earlier, release(0).names(), release(number - 1), release(number));
  }
  expect(earlier).toHaveLength(64);
  expect(seen(earlier, 69)).toEqual([target]);
  expect(seen(earlier, 6)).toEqual([target]);
  expect(seen(earlier, 5)).toEqual([]);
  expect(seen(earlier, 70)).toEqual([]);
});

test("files are always deleted, so nothing is remembered of them", async () => {
  const world = await open("esa:PurgeTrigger");
  for (const contentHash of ["1", "2", "1"]) {
    const targets = ["http://www.example.com/docs/a"];
    const { outputs, logs } = await world.stack.up(world.program({}, { contents: undefined, targets, contentHash }));
    expect(logs.join()).not.toContain("rollback");
    expect(outputs["ledger"]).not.toHaveProperty("earlier");
  }
});
