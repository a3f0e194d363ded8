/** Answers of servers as they are: other spellings of an ETag, other charsets, large bodies, redirects, what is cut or wrong. */
import { expect, test } from "vitest";
import { closedGate } from "../../provider/src/probe/describe.ts";
import { limits } from "../../provider/src/probe/pace.ts";
import { changed, digest, site, useGround } from "./ground.ts";

const ground = useGround();
const big = Buffer.alloc(limits.bodyBytes + 1);

test.each([
  ['"v2"', '"v2"', true],
  ['W/"v2"', '"v2"', true],
  ['"v2"', "v2", true],
  ['"v2-gzip"', '"v2"', false],
  ['"v1"', '"v2"', false],
])("ETag %s for %s: a compressing server weakens it, and quotes are told or not", async (sent, value, open) => {
  const origin = await ground().serve(({ response }) => void response.setHeader("ETag", sent).end("x"));
  const input = { address: origin.address, expect: { header: "ETag", value }, within: 1 };
  expect((await ground().gate(input, [changed("/a", "x")])).open).toBe(open);
});

test("other headers have to be what is asked for, to the letter", async () => {
  const origin = await ground().serve(({ response }) => void response.setHeader("X-Release", 'W/"v2"').end("x"));
  const input = { address: origin.address, expect: { header: "X-Release", value: '"v2"' }, within: 1 };
  expect((await ground().gate(input, [changed("/a", "x")])).open).toBe(false);
});

test.each([{ header: "X-Release", value: "2" }, { text: "new" }, { digest: digest("new") }])(
  "an error page is not the new content, even with %j",
  async (expected) => {
    const origin = await ground().serve(({ response }) => {
      response.writeHead(404, { "X-Release": "2" }).end("new");
    });
    const input = { address: origin.address, expect: expected, within: 1 };
    expect((await ground().gate(input, [changed("/a", "new")])).open).toBe(false);
  },
);

test.each([
  ["text/html; charset=gbk", Buffer.from([0xb7, 0xa2, 0xb2, 0xbc]), true],
  ['text/html; charset="GB18030"', Buffer.from([0xb7, 0xa2, 0xb2, 0xbc]), true],
  ["text/html", Buffer.from("发布"), true],
  ["text/html; charset=none-such", Buffer.from([0xb7, 0xa2, 0xb2, 0xbc]), false],
])("text in %s", async (type, body, open) => {
  const origin = await ground().serve(({ response }) => void response.setHeader("Content-Type", type).end(body));
  const gate = await ground().gate({ address: origin.address, expect: { text: "发布" }, within: 1 }, [
    changed("/a", ""),
  ]);
  expect(gate.open).toBe(open);
});

test("an empty file may be called compressed", async () => {
  const origin = await ground().serve(({ response }) => void response.setHeader("Content-Encoding", "gzip").end());
  expect((await ground().gate({ address: origin.address }, [changed("/empty.css", "")])).open).toBe(true);
});

test("a film among the pages does not hold the gate; films alone do, and the way out is said at once", async () => {
  const origin = await ground().serve(({ request, response, second }) => {
    response.end(request.url?.endsWith(".mp4") ? big : second < 5 ? "old" : "new");
  });
  const film = changed("/a.mp4", "film");
  const gate = await ground().gate({ address: origin.address }, [changed("/a", "new"), film]);
  expect(gate.open).toBe(true);
  expect(ground().second).toBeGreaterThanOrEqual(5);
  // Once in each of the rounds that count: at first, and in the last, which has all.
  expect(origin.log.filter(({ url }) => url === "/a.mp4").length).toBeLessThanOrEqual(2);
  const alone = await ground().gate({ address: origin.address }, [film]);
  expect(alone).toMatchObject({ open: false, waitedMs: 0 });
  expect(closedGate(alone).split("\n").at(-1)).toBe(
    "Give awaitOrigin.urls or expect: of bodies of this size no digest is taken.",
  );
});

test("at the edge a body too big to read is judged by its Age", async () => {
  const [fresh, stale, silent] = [
    await ground().serve(({ response }) => void response.setHeader("Age", "0").end(big)),
    await ground().serve(({ response }) => void response.setHeader("Age", "500").end(big)),
    await ground().serve(({ response }) => void response.end(big)),
  ];
  const nodes = [fresh, stale, silent].map(({ address }) => address);
  const edge = await ground().check({ nodes, within: 1 }, [changed("/a.mp4", "film")], -10);
  expect(edge.findings.map(({ right }) => right)).toEqual([true, false, false]);
});

test.each(["-1", "1e3", "3.5", "0x1", "soon", "99999999999"])("Age: %s says nothing", async (age) => {
  const edge = await ground().serve(({ response }) => void response.setHeader("Age", age).end("x"));
  const target = { target: `${site}/a`, hash: "release-2", removed: false };
  expect((await ground().check({ nodes: [edge.address], within: 1 }, [target])).fresh).toBe(false);
});

test("a Date of another year changes nothing: Age is compared, by our own clock", async () => {
  const edge = await ground().serve(({ response }) => {
    response.setHeader("Date", "Mon, 01 Jan 2035 00:00:00 GMT").setHeader("Age", "0").end("x");
  });
  const target = { target: `${site}/a`, hash: "release-2", removed: false };
  expect((await ground().check({ nodes: [edge.address], within: 5 }, [target])).fresh).toBe(true);
});

test("each hop of a redirect counts: no more requests to a server than the pace", async () => {
  const origin = await ground().serve(({ request, response }) => {
    const hop = Number(/\d$/.exec(request.url ?? "")?.[0]);
    if (hop < 3) response.writeHead(302, { Location: `${request.url?.slice(0, -1)}${hop + 1}` }).end();
    else response.end("new");
  });
  const targets = Array.from({ length: 20 }, (_, index) => changed(`/${index}/0`, "new"));
  expect((await ground().gate({ address: origin.address }, targets)).open).toBe(true);
  const seconds = origin.log.map(({ second }) => second);
  expect(seconds).toHaveLength(80);
  for (const from of seconds) {
    expect(seconds.filter((second) => second >= from && second < from + 1).length).toBeLessThanOrEqual(limits.requests);
  }
});

test("a redirect in a circle ends after three hops", async () => {
  const origin = await ground().serve(({ response }) => void response.writeHead(302, { Location: "/a" }).end());
  const gate = await ground().gate({ address: origin.address, within: 1 }, [changed("/a", "new")]);
  expect(gate.findings[0]?.seen).toMatchObject({ status: 302, location: "/a" });
  expect(origin.log).toHaveLength(4 * (gate.findings[0]?.asked ?? 0));
});

test("all bodies of a gate together are no more than the limit, however many arrive at once", async () => {
  let sent = 0;
  const body = Buffer.alloc(limits.bodyBytes - 1);
  const origin = await ground().serve(({ response }) => {
    sent += body.length;
    response.end(body);
  });
  const targets = Array.from({ length: 20 }, (_, index) => changed(`/${index}`, "new"));
  const gate = await ground().gate({ address: origin.address, within: 60 }, targets);
  expect(gate.open).toBe(false);
  expect(gate.findings.map(({ seen }) => seen.problem ?? "")).toContainEqual(
    expect.stringContaining("the probes have read as much as they may"),
  );
  // What was under way when the limit was reached is broken off.
  expect(sent).toBeLessThanOrEqual(limits.totalBytes + 20 * limits.bodyBytes);
});

test("a resolver that fails at first is asked again", async () => {
  const node = await ground().serve(({ response }) => void response.end("new"));
  let asked = 0;
  ground().prober({
    resolve: () => {
      asked += 1;
      if (asked === 1) return Promise.reject(new Error("queryA ETIMEOUT"));
      return Promise.resolve(asked === 2 ? [] : [node.address]);
    },
  });
  const edge = await ground().check({ resolvers: ["192.0.2.1"] }, [changed("/a", "new")]);
  expect(edge).toMatchObject({ fresh: true, findings: [{ node: node.address }] });
});

test("an answer that trickles is given up, and the gate ends in its time", async () => {
  ground().clock.stallMs = 30;
  const origin = await ground().serve(({ response }) => {
    const drip = (): void => {
      if (response.destroyed) return;
      response.write("n");
      void ground().own.sleep(3000).then(drip);
    };
    response.writeHead(200);
    drip();
  });
  const gate = await ground().gate({ address: origin.address, within: 20 }, [changed("/a", "new")]);
  expect(gate.open).toBe(false);
  expect(gate.findings[0]?.seen.problem).toBe(`no answer within ${limits.answerMs / 1000} s`);
  expect(gate.waitedMs).toBeLessThanOrEqual(20_000 + limits.answerMs);
});
