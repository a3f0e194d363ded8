/** One list of paths for several hosts, on every service of the emulator. */
import { describe, expect, test } from "vitest";
import { Asset, type Value } from "../../provider/src/engine/wire/values.ts";
import { useSites } from "../triggers/sites.ts";
import { subjects, subjectOf } from "../triggers/subjects.ts";

const sites = useSites();

describe.each([...subjects])("%s", (_token, subject) => {
  async function world() {
    const { control, stack } = await sites.open(subject);
    const { hostname } = new URL(subject.target(0));
    const headers = { "cache-control": "max-age=3600" };
    for (const path of ["/a", "/b", "/c"])
      await control.origin.publish({ host: hostname, path, body: "page", headers });
    const sent = async () => {
      const requests = await control.requests.find({ action: subject.submit });
      return requests.flatMap(({ executed, params }) => (executed ? [...subject.sent(params)].toSorted() : []));
    };
    return { stack, hostname, sent };
  }

  test("paths of targets and of contents go to each host, and only what changed", async () => {
    const { stack, hostname, sent } = await world();
    const hosts = [hostname, `http://${hostname}`];
    const program = (contents: Record<string, Value>) => ({ ...subject.base, hosts, contents });
    await stack.up(program({ "/a": "1", b: "1" }));
    expect(await sent()).toEqual(
      [`https://${hostname}/a`, `http://${hostname}/a`, `https://${hostname}/b`, `http://${hostname}/b`].toSorted(),
    );
    await stack.up(program({ "/a": "1", b: "2" }));
    expect((await sent()).slice(4)).toEqual([`http://${hostname}/b`, `https://${hostname}/b`]);
    const file = new Asset("2", { text: '{"/a":"1","b":"2"}' });
    await stack.up({ ...subject.base, hosts, contents: file });
    await stack.up({ ...subject.base, hosts: hosts.toReversed(), contents: file });
    expect(await sent()).toHaveLength(6);
    const other = await world();
    await other.stack.up({ ...subject.base, hosts, targets: ["/a"], contentHash: "1" });
    expect(await other.sent()).toEqual([`http://${hostname}/a`, `https://${hostname}/a`]);
  });

  test("a host that is added is sent whole, since nothing is recorded of what its edge holds; one that is taken away, too", async () => {
    const { stack, hostname, sent } = await world();
    const contents = { "/a": "1", "/b": "1" };
    const http = `http://${hostname}`;
    await stack.up({ ...subject.base, hosts: [hostname], contents });
    expect(await sent()).toHaveLength(2);
    const both = { ...subject.base, hosts: [hostname, http], contents };
    expect((await stack.preview(both)).join()).not.toContain("holds no old copy");
    await stack.up(both);
    expect((await sent()).slice(2)).toEqual([`${http}/a`, `${http}/b`]);
    // New pages of a host that is known were never at its edge.
    await stack.up({ ...both, contents: { ...contents, "/c": "1" } });
    expect((await sent()).slice(4)).toEqual(subject.verb === "purge" ? [] : [`${http}/c`, `https://${hostname}/c`]);
    const before = (await sent()).length;
    await stack.up({ ...both, hosts: [hostname], contents: { ...contents, "/c": "1" } });
    const gone = [`${http}/a`, `${http}/b`, `${http}/c`];
    expect((await sent()).slice(before)).toEqual(subject.verb === "purge" ? gone : []);
  });

  test("two entries of a file that name the same target with two hashes are refused, and nothing is sent", async () => {
    const { stack, hostname, sent } = await world();
    const contents = new Asset("1", { text: '{"/a":"1","b":"1","a":"2"}' });
    await expect(stack.up({ ...subject.base, hosts: [hostname], contents })).rejects.toThrow(
      "contents: a is the same target as another entry, and has another hash.",
    );
    expect(await sent()).toEqual([]);
  });

  test("a URL in a file of paths is refused, and nothing is sent", async () => {
    const { stack, hostname, sent } = await world();
    const contents = new Asset("1", { text: JSON.stringify({ [`https://${hostname}/a`]: "1" }) });
    await expect(stack.up({ ...subject.base, hosts: [hostname], contents })).rejects.toThrow(
      "contents: an entry of the file is a URL; with hosts give paths such as /a.html.",
    );
    expect(await sent()).toEqual([]);
  });
});

test.each([
  [{ hosts: ["www.example.com"], targets: ["https://www.example.com/a"] }, "is a URL; with hosts give paths"],
  [
    { hosts: ["www.example.com"], targets: ["https://www.example.com"] },
    "is a URL; with hosts give paths; did you mean /?",
  ],
  [{ hosts: ["www.example.com"], targets: ["/a", "a"] }, "targets.1 is the same as targets[0]"],
  [{ hosts: ["www.example.com"], targets: ["/a b"] }, "holds a space"],
  [{ hosts: ["www.example.com", "https://WWW.example.com/"], targets: ["/a"] }, "hosts.1 is the same as hosts[0]"],
  [{ hosts: ["*.example.com"], targets: ["/a"] }, "hosts.0 has a wildcard"],
  [{ hosts: [], targets: ["/a"] }, "must name a host"],
  [{ hosts: ["www.example.com"], targets: ["release"], type: "cachetag" }, "does not fit type cachetag"],
])("Check of %j: %s", (more, reason) => {
  const { resource, base } = subjectOf("esa:PurgeTrigger");
  const failures = sites.ground.stack(resource, sites.ground.context({})).check({ ...base, contentHash: "1", ...more });
  expect(failures.join("\n")).toContain(reason);
});
