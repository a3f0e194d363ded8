/** The comment on a pull request (examples/pull-request-comment): its text from a preview's events, and one comment only. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { comment, marker, post } from "../../examples/pull-request-comment/comment.mjs";

const urn = (name: string) => `urn:pulumi:dev::site::edgecache:esa:PurgeTrigger::${name}`;
const type = "edgecache:esa:PurgeTrigger";
const plan = {
  carriedOut: false,
  granularity: "fine",
  everything: false,
  targetCount: 3,
  knownCount: 1204,
  reasons: [
    { reason: "changed", count: 2, targets: ["https://www.example.com/", "https://www.example.com/a_b.js"] },
    { reason: "removed", count: 1, targets: ["https://www.example.com/<old>|`x`"] },
  ],
  calls: 1,
  seconds: 0,
  quota: { limit: 10_000, before: 9963, after: 9960 },
  unknownInputs: [],
};
const outputs = (name: string, given: object) => ({
  resOutputsEvent: { metadata: { op: "update", urn: urn(name), type, new: { outputs: { plan: given } } } },
});
const step = (op: string, name: string) => ({ resourcePreEvent: { metadata: { op, urn: urn(name), type } } });
const lines = (...events: object[]) => events.map((event) => JSON.stringify(event)).join("\n");

test("the plan of each trigger: counts, calls, quota, changed and removed targets, what policies say", () => {
  const text = comment(
    lines(
      outputs("pages", plan),
      // What stands in state is no plan of this run.
      outputs("images", { ...plan, carriedOut: true }),
      { policyEvent: { policyName: "purge-budget", enforcementLevel: "mandatory", message: "purges too much" } },
    ),
  );
  expect(text).toMatchInlineSnapshot(`
    "<!-- edgecache: what this would purge -->

    ### What this would purge

    | Trigger | Type | Targets | Calls | Sent | Quota of the day |
    |---|---|---|---|---|---|
    | <code>pages</code> | <code>edgecache:esa:PurgeTrigger</code> | 3 of 1,204 | 1 | at once | 9,963 → 9,960 of 10,000 |

    <details><summary>pages</summary>

    - changed: <code>https://www.example.com/</code>, <code>https://www.example.com/a&#95;b.js</code>
    - removed: <code>https://www.example.com/&lt;old>&#124;&#96;x&#96;</code>
    </details>

    - **purge-budget** (mandatory): purges too much"
  `);
});

test("a renamed trigger is named with its alias, unknown inputs with the most, secrets by their number", () => {
  const secret = { ...plan, reasons: [{ reason: "created", count: 3, targets: [] }], unknownInputs: ["contentHash"] };
  const text = comment(lines(step("create", "pages"), step("delete", "site"), outputs("pages", secret)));
  expect(text).toContain("at most 3 of 1,204");
  expect(text).toContain("created: 3 targets");
  expect(text).toContain(`aliases: &#91;"${urn("site")}"&#93;`);
});

test("nothing to purge, and a preview that failed", () => {
  const failed = { diagnosticEvent: { severity: "error", message: "siteId is required" } };
  expect(comment(lines(outputs("pages", { ...plan, targetCount: 0, reasons: [] })))).toContain("Nothing.");
  expect(comment(lines(failed))).toContain("The preview failed:\n- siteId is required");
});

let server: http.Server | undefined;
afterEach(() => void server?.close());

/** GitHub's comments of one pull request; the first `others` are somebody else's. */
async function gitHub(others: number) {
  const stored = Array.from({ length: others }, (_, id) => ({ id, body: "looks good" }));
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const sent: Buffer[] = [];
    for await (const chunk of request) sent.push(Buffer.from(chunk));
    const { searchParams, pathname } = new URL(request.url ?? "", "http://127.0.0.1");
    const body = sent.length === 0 ? undefined : JSON.parse(Buffer.concat(sent).toString());
    const page = Number(searchParams.get("page"));
    const say = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
    if (request.headers.authorization !== "Bearer t0ken") return say(401, { message: "Bad credentials" });
    if (request.method === "GET") return say(200, stored.slice((page - 1) * 100, page * 100));
    if (request.method === "POST") return say(201, stored[stored.push({ id: stored.length, body: body.body }) - 1]);
    const found = stored[Number(pathname.split("/").at(-1))];
    if (found !== undefined) found.body = body.body;
    return say(200, found);
  };
  server = http.createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { stored, api: `http://127.0.0.1:${port}` };
}

test("is written once and changed by later runs, however many others have commented", async () => {
  const { stored, api } = await gitHub(150);
  const where = { api, repository: "somebody/site", pullRequest: "7", token: "t0ken" };
  expect(await post(`${marker}\nfirst`, where)).toBe("created");
  expect(await post(`${marker}\nsecond`, where)).toBe("updated");
  expect(stored.filter(({ body }) => body.startsWith(marker)).map(({ body }) => body)).toEqual([`${marker}\nsecond`]);
  await expect(post("x", { ...where, token: "other" })).rejects.toThrow(/answers GET .* with 401: .*Bad credentials/);
});
