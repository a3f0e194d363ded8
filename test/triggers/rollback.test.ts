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
  const headers = { "last-modified": modified, "cache-control": "max-age=86400", "cache-tag": "docs" };
  await control.origin.publish({ host, path: "/docs/a", body, headers, bare: true });
}

type Kind = readonly [token: Token, type: string, target: string | undefined];

/** Every type that only marks copies stale; HOST stands for the service's own. */
const kinds: readonly Kind[] = [
  ["esa:PurgeTrigger", "directory", "http://HOST/docs/"],
  ["esa:PurgeTrigger", "hostname", "HOST"],
  ["esa:PurgeTrigger", "cachetag", "docs"],
  ["esa:PurgeTrigger", "ignoreParams", "http://HOST/docs/a"],
  ["esa:PurgeTrigger", "purgeall", undefined],
  ["esa:UploadTask", "directory", "http://HOST/docs/"],
  ...(["cdn:PurgeTrigger", "dcdn:PurgeTrigger"] as const).flatMap((token): readonly Kind[] => [
    [token, "Directory", "http://HOST/docs/"],
    [token, "Regex", "http://HOST/docs/.*"],
    [token, "IgnoreParams", "http://HOST/docs/a"],
    [token, "CacheTag", "docs"],
  ]),
  ["dcdn:EdgeRoutinePurgeTrigger", "Directory", "http://HOST/docs/"],
  ["teo:PurgeTrigger", "purge_prefix", "http://HOST/docs/"],
  ["teo:PurgeTrigger", "purge_host", "HOST"],
  ["teo:PurgeTrigger", "purge_all", undefined],
];

/** What says how copies are treated, in the calls that were carried out. */
async function deletes({ control }: FreshWorld): Promise<string[]> {
  const calls = await control.requests.find();
  return calls.flatMap(({ executed, params }) => {
    const how = params["Force"] ?? params["Method"];
    return !executed || how === undefined || /^false$/i.test(String(how)) ? [] : [String(how).toLowerCase()];
  });
}

/** Both releases have been published, purged and visited; then the first is put back with its date. */
async function backToFirst(token: Token, type: string, target: string | undefined) {
  const world = await open(token);
  const named = target?.replace("HOST", world.host);
  const domain = type === "CacheTag" ? { domainName: world.host } : {};
  const program = ({ body }: Release, more = {}) => {
    const contents = named === undefined ? undefined : { [named]: digest(body) };
    const contentHash = named === undefined ? digest(body) : undefined;
    return world.program({}, { type, ...domain, contents, contentHash, ...more });
  };
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

test.each(kinds)("%s %s: the trap is there, the plan sees it and warns", async (...kind) => {
  const { release, world } = await backToFirst(...kind);
  const { problems, lines, logs, seen } = await release(first);
  expect(problems).toEqual([]);
  expect(seen).toEqual(["second", "second", "second"]);
  const warning = expect.stringMatching(
    /^warn: rollback: the content of (1 \w+( \w+)?|everything) was here before \(.*onRollback: "force" deletes them$/,
  );
  expect(lines).toContainEqual(warning);
  expect(logs).toContainEqual(warning);
  expect(await deletes(world)).toEqual([]);
});

test.each(kinds)('%s %s: with onRollback "force" visitors get the restored page', async (...kind) => {
  const { release, world } = await backToFirst(...kind);
  const { lines, seen } = await release(first, { onRollback: "force" });
  expect(lines).toContainEqual(
    expect.stringMatching(/^info: rollback: .*; copies are deleted instead of marked stale$/),
  );
  expect(seen).toEqual(["first", "first", "first"]);
  // Only then: what is new is marked stale as ever.
  await release({ body: "third", modified: "Mon, 16 Nov 2026 08:00:00 GMT" }, { onRollback: "force" });
  expect(await deletes(world)).toEqual([kind[0] === "teo:PurgeTrigger" ? "delete" : "true"]);
});

test("esa:PurgeTrigger bulk: a rollback that deletes goes by calls, since an upload may start before it is told to", async () => {
  const world = await open("esa:PurgeTrigger");
  const folders = (release: string) =>
    Object.fromEntries(
      Array.from({ length: 401 }, (_, index) => [`http://${world.host}/docs/${index}/`, digest(`${release} ${index}`)]),
    );
  const program = (release: string) =>
    world.program({}, { type: "directory", bulk: "auto", onRollback: "force", contents: folders(release) });
  const uploads = async () => (await world.control.requests.find({ action: "UploadFile" })).length;
  await world.stack.up(program("1"));
  await world.stack.up(program("2"));
  expect(await uploads()).toBe(2);
  expect(await deletes(world)).toEqual([]);
  await world.stack.up(program("1"));
  expect(await uploads()).toBe(2);
  expect(await deletes(world)).toEqual(["true", "true", "true", "true", "true"]);
});

test("esa:UploadTask: an upload that could not be told to delete says so", async () => {
  const { release, world } = await backToFirst("esa:UploadTask", "directory", "http://HOST/docs/");
  await world.control.settings.switches({ "esa.uploadResubmit": "refuse" });
  const { logs } = await release(first, { onRollback: "force" });
  expect(logs).toContainEqual(
    expect.stringMatching(/^warn: ESA started upload \d+ before it could be told to delete copies \(force\)/),
  );
});

test.each([
  ["delete", "first"],
  ["invalidate", "second"],
])("teo:PurgeTrigger purge_cache_tag, which may %s: no option deletes, so even force warns", async (does, body) => {
  const { release, world } = await backToFirst("teo:PurgeTrigger", "purge_cache_tag", "docs");
  await world.control.settings.switches({ "teo.tagPurge": does });
  const { logs, seen } = await release(first, { onRollback: "force" });
  expect(seen).toEqual([body, body, body]);
  expect(logs).toContainEqual(expect.stringMatching(/^warn: rollback: .* no option of it does.*let verifyEdge check/));
  expect(await deletes(world)).toEqual([]);
});

test("teo:PurgeTrigger purge_url by a fallback to a tag: the tag may only mark stale, so the plan sees the rollback", async () => {
  const world = await open("teo:PurgeTrigger");
  await world.control.settings.switches({ "teo.tagPurge": "invalidate" });
  const release = async (which: Release, paths: readonly string[]) => {
    await publish(world, which);
    const contents = Object.fromEntries(
      ["a", "b"].map((name) => [
        `http://${world.host}/docs/${name}`,
        digest(paths.includes(name) ? which.body : "stays"),
      ]),
    );
    const budget = { maxTargets: 1, fallback: "tag:docs", onRollback: "force" };
    const program = world.program({}, { type: "purge_url", contents, ...budget });
    const lines = await world.stack.preview(program);
    const { logs } = await world.stack.up(program);
    return {
      said: [...lines, ...logs].filter((line) => line.includes("rollback")),
      seen: await world.visitors(["/docs/a"]),
    };
  };
  await release(first, ["a", "b"]);
  expect((await release(second, ["a", "b"])).said).toEqual([]);
  const back = await release(first, ["a", "b"]);
  expect(back.seen).toEqual(["second", "second", "second"]);
  const warning = expect.stringMatching(/^warn: rollback: .* type purge_cache_tag does more than mark copies stale/);
  expect(back.said).toEqual([warning, warning]);
  // By its own type each copy is deleted.
  const plain = await release(first, ["a"]);
  expect(plain.said).toEqual([]);
  expect((await release(first, ["a", "b"])).said).toEqual([]);
});

test("verifyEdge meets the trap: it never ends green", async () => {
  const { release, world } = await backToFirst("esa:PurgeTrigger", "directory", "http://HOST/docs/");
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
  const { release } = await backToFirst("esa:PurgeTrigger", "directory", "http://HOST/docs/");
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
