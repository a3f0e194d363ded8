/** verifyEdge against edge nodes that are late, that keep an old copy, or say little. */
import { expect, test } from "vitest";
import { staleEdge } from "../../provider/src/probe/describe.ts";
import { resolve } from "../../provider/src/probe/resolve.ts";
import { Network } from "../../provider/src/core/network/network.ts";
import { visitor } from "../../provider/src/probe/visit.ts";
import { changed, digest, removed, site, useGround, type Handler } from "./ground.ts";

const ground = useGround();

/** Serves the old copy, stored at `stored`, until `until`; then one that it fetches when it is asked. */
function node(stored: number, until: number): Handler {
  let fetched: number | undefined;
  return ({ response, second }) => {
    const old = second < until;
    if (!old) fetched ??= second;
    response.setHeader("Age", Math.floor(second - (old ? stored : (fetched ?? second)))).end(old ? "old" : "new");
  };
}

test("every node, by digest: the late one is waited for, what was proven is told", async () => {
  const nodes = [
    await ground().serve(node(-500, 0)),
    await ground().serve(node(-500, 8)),
    await ground().serve(node(-500, 0)),
  ];
  const addresses = nodes.map(({ address }) => address);
  const edge = await ground().check({ nodes: addresses }, [changed("/a", "new"), changed("/b", "new")]);
  expect(edge).toMatchObject({ fresh: true, stale: [] });
  expect(edge.findings.map(({ url, node, seen, right }) => [url, node, seen.digest, right])).toEqual(
    ["/a", "/b"].flatMap((path) => addresses.map((address) => [`${site}${path}`, address, digest("new"), true])),
  );
  // What was fresh once is not asked again.
  expect(nodes[0]?.log).toHaveLength(2);
  expect(nodes[1]?.log.length).toBeGreaterThan(2);
  const late = edge.findings.find((finding) => finding.node === addresses[1]);
  expect((late?.at ?? 0) - (edge.findings[0]?.at ?? 0)).toBeGreaterThanOrEqual(8000);
});

test("a node that ignores the purge: named with URL and age, each target once", async () => {
  const [good, bad] = [await ground().serve(node(-500, 0)), await ground().serve(node(-500, Infinity))];
  const edge = await ground().check({ nodes: [good.address, bad.address], within: 60 }, [changed("/a", "new")]);
  expect(edge).toMatchObject({ fresh: false, stale: [`${site}/a`], waitedMs: 60_000 });
  expect(staleEdge(edge).replaceAll(bad.address, "NODE").split("\n")).toEqual([
    "verifyEdge: after 60 s 1 of 2 visits are not shown to be fresh.",
    `  ${site}/a at NODE: expected SHA-256 ${digest("new")}, found 200, SHA-256 ${digest("old")}, Age 560 s`,
  ]);
});

test("by Age, where no digest is known: never an older copy, to a tenth of a second", async () => {
  const targets = [{ target: `${site}/a`, hash: "release-2", removed: false }];
  for (const stored of [-500, -1.9, -1, -0.5, -0.1]) {
    const { address } = await ground().serve(node(ground().second + stored, Infinity));
    const edge = await ground().check({ nodes: [address], within: 20 }, targets, ground().second);
    expect(edge.fresh, `stored ${-stored} s before`).toBe(false);
  }
  for (const stored of [0.1, 0.5, 0.9, 1]) {
    const { address } = await ground().serve(node(ground().second + stored, Infinity));
    const edge = await ground().check({ nodes: [address], within: 20 }, targets, ground().second);
    expect(edge.fresh, `stored ${stored} s after`).toBe(true);
  }
});

test("by Age: a node that fetches only when it is asked, errors, and answers that say nothing", async () => {
  const targets = [{ target: `${site}/a`, hash: "release-2", removed: false }];
  const [fresh, silent, failing] = [
    await ground().serve(node(-500, 0)),
    await ground().serve(({ response }) => void response.end("new")),
    await ground().serve(({ response }) => void response.writeHead(502, { Age: "0" }).end()),
  ];
  expect(await ground().check({ nodes: [fresh.address] }, targets)).toMatchObject({ fresh: true, waitedMs: 1000 });
  const edge = await ground().check({ nodes: [silent.address, failing.address], within: 10 }, targets);
  expect(edge.findings.map(({ right, seen }) => [right, seen.status])).toEqual([
    [false, 200],
    [false, 502],
  ]);
  expect(staleEdge(edge)).toContain("expected a copy fetched since the purge, found 200, no Age");
});

test("removed targets are gone at the edge too, where that is asked for", async () => {
  const edge = await ground().serve(
    ({ response, second }) => void response.writeHead(second < 5 ? 200 : 404).end("old"),
  );
  expect(await ground().check({ nodes: [edge.address] }, [removed("/old")])).toMatchObject({
    fresh: true,
    findings: [],
  });
  expect(await ground().check({ nodes: [edge.address], removed: "gone" }, [removed("/old")])).toMatchObject({
    fresh: true,
    findings: [{ seen: { status: 404 } }],
  });
  expect(ground().second).toBeGreaterThanOrEqual(5);
});

test("the node that a resolver names is asked, once resolved; a resolver that fails is named", async () => {
  const node = await ground().serve(({ response }) => void response.end("new"));
  const asked: string[] = [];
  const noAnswer = Object.assign(new Error("queryA ETIMEOUT www.example.com"), { code: "ETIMEOUT" });
  ground().prober({
    visit: visitor(new Network({ env: {} })),
    resolve: (host, resolver) => {
      asked.push(`${host} ${resolver}`);
      if (resolver === "192.0.2.1") return Promise.resolve([node.address, "192.0.2.9"]);
      return resolver === "192.0.2.2" ? Promise.resolve([]) : Promise.reject(noAnswer);
    },
  });
  const resolvers = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
  const edge = await ground().check({ resolvers, within: 5 }, [changed("/a", "new"), changed("/b", "new")]);
  expect(edge.findings.slice(0, 3).map(({ node, seen }) => node ?? seen.problem)).toEqual([
    node.address,
    "192.0.2.2 knows no address of the host",
    "192.0.2.3 does not tell the address of the host: ETIMEOUT",
  ]);
  expect(asked.filter((each) => each === "www.example.com 192.0.2.1")).toHaveLength(1);
});

test("without nodes the URL's own host is visited, and the address that answered is told", async () => {
  const node = await ground().serve(({ response }) => void response.end("new"));
  const target = `http://${node.address}/a`;
  const edge = await ground().check({}, [{ target, hash: digest("new"), removed: false }]);
  expect(edge).toMatchObject({ fresh: true, findings: [{ node: "127.0.0.1" }] });
});

test("a resolver that does not answer is given up", async () => {
  await expect(resolve("www.example.com", "127.0.0.1:1", new AbortController().signal)).rejects.toThrow(
    /ECONNREFUSED|ETIMEOUT/,
  );
});
