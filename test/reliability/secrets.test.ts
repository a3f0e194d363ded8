/**
 * Targets that are secret, for every trigger of every service and wherever they come from: in nothing that a preview,
 * a run, a refusal, the engine's log, a deletion or the plain part of a state says, in no encoding.
 */
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listening } from "../clouds/places.ts";
import { holds } from "../leaks.ts";
import { Client, refused, type Bag, type Refused, type State } from "../protocol/client.ts";
import { asset, secret, secretSig, sig } from "../protocol/plugin.ts";
import { prefetches, subjects, type Sender } from "./subjects.ts";
import { TestBeds, type TestBed } from "./test-bed.ts";

let beds: TestBeds;
beforeAll(async () => {
  beds = new TestBeds();
  // What is loaded when first used takes no time of the clock that jumps.
  await Promise.all([import("../../provider/src/probe/prober.ts"), import("../../provider/src/probe/visit.ts")]);
  await import("../../provider/src/probe/resolve.ts");
  await beds.warmUp();
});
afterAll(() => beds[Symbol.asyncDispose]());

const word = "hush-0a1b2c";
/** In the path, where it makes a group of its own; in the query; in what is longer than messages show. */
const pages = [
  `${word}/a.html`,
  `${word}/b.html`,
  `c.html?token=${word}`,
  `d.html?pad=${"z".repeat(300)}&token=${word}`,
];

const urls = ({ host }: Sender): string[] => pages.map((page) => `http://${host}/${page}`);
const hashes = (of: Sender, hash: string): Bag => Object.fromEntries(urls(of).map((url) => [url, hash]));

const sources: Readonly<Record<string, (of: Sender, hash: string) => Bag>> = {
  targets: (of, hash) => ({ targets: secret(urls(of)), contentHash: hash }),
  "one of the targets": (of, hash) => ({
    targets: [`http://${of.host}/plain`, ...urls(of).map(secret)],
    contentHash: hash,
  }),
  contents: (of, hash) => ({ contents: secret(hashes(of, hash)) }),
  "a file": (of, hash) => ({ contents: secret(asset(hash, { text: JSON.stringify(hashes(of, hash)) })) }),
};

/** All that is not marked as a secret. */
function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  if (Reflect.get(value, sig) === secretSig) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, open(item)]));
}

/** Every source once, and every trigger. */
const cases = [...subjects, ...prefetches].flatMap((of, at) =>
  Object.entries(sources)
    .filter((_, source) => at === 0 || source === (at % 2) * 2)
    .map(([from, program]) => ({ name: `${of.name}: ${from}`, of, program })),
);

/** A cloud's own spelling, and what gateways on the way make of it. */
function quotes(url: string): string {
  const bare = url.replace(/^http:\/\//, "");
  const once = encodeURIComponent(url);
  const packed = Buffer.from(`x${url}`).toString("base64");
  const bytes = Buffer.from(url);
  const escaped = Array.from(bytes, (byte) => `\\x${byte.toString(16)}`).join("");
  const path = bare.slice(bare.indexOf("/"));
  const forms = [bare, path, url.toUpperCase(), once, encodeURIComponent(once), packed, bytes.toString("hex"), escaped];
  return [...forms, JSON.stringify({ url }), url.slice(url.indexOf("?"))].join(" ");
}

test.each(cases)("$name", async ({ of, program }) => {
  await using bed = await beds.open(subjects[0]);
  await bed.restart();
  const paths = [...pages, "plain"].map((page) => ({ host: of.host, path: `/${page}`, body: "x" }));
  await bed.cloud.origin.publish(...paths);
  const told: string[] = [];
  const client = new Client(bed.plugin, of.type);
  const inputsOf = async (bag: Bag): Promise<Bag> => {
    const { inputs, failures } = await client.check({ ...of.base, ...bag });
    told.push(JSON.stringify(failures));
    expect(failures).toEqual([]);
    return inputs;
  };
  const tried = async (work: Promise<State>): Promise<Refused> => {
    const failure = await refused(work);
    const { message, partial } = failure;
    told.push(message, ...(partial?.reasons ?? []), JSON.stringify(open({ ...partial?.properties })));
    return failure;
  };
  const kept = (state: State): State => {
    told.push(JSON.stringify(open(state)));
    return state;
  };

  const first = await inputsOf(program(of, "1"));
  kept(await client.create(first, { preview: true }));
  await bed.cloud.faults.add({ kind: "failTarget", action: of.submit, target: urls(of)[2] ?? "", count: 2 });
  const once = await tried(client.create(first));
  const twice = await tried(client.update(stateOf(once, first), first));
  // What the cloud says of them is no secret, in later runs neither.
  expect(twice.message).toBe(once.message);
  const owing = stateOf(twice, first);
  await client.diff(owing, first);
  await client.delete(owing);
  const whole = kept(await client.update(owing, first));
  told.push(JSON.stringify(await client.diff(whole, await inputsOf(program(of, "2")))));
  const quote = urls(of).map(quotes).join(" ");
  await bed.cloud.faults.add({ kind: "error", action: of.submit, status: 400, code: "Invalid.Odd", message: quote });
  await tried(client.update(whole, await inputsOf(program(of, "2"))));
  await bed.cloud.faults.clear();
  if (of.type.includes("Purge")) await budgets(bed, of, program, { whole, inputsOf, tried, kept });
  await closedGate(client, of, program, { whole, inputsOf, tried, kept });
  // What a misspelt one is answered with.
  const wrong = urls(of).map((url) => `${url} x`);
  told.push(JSON.stringify((await client.check({ ...of.base, targets: secret(wrong), contentHash: "1" })).failures));
  told.push(...bed.plugin.said);

  expect(told.filter((text) => holds(text.toLowerCase(), word))).toEqual([]);
  expect(told.join("\n")).toContain("[secret]");
});

test.each<[string, Bag, boolean]>([
  ["secret targets", { targets: secret(["http://Hush-0A1B2C.example.com:8080/a"]) }, false],
  ["secret hosts", { targets: ["/a"], hosts: secret(["Hush-0A1B2C.example.com"]) }, false],
  ["hosts that are none", { targets: secret(["/abcdef"]), hosts: ["Hush-0A1B2C.example.com"] }, true],
])("what a cloud says of the host alone, of %s", async (_, program, isTold) => {
  await using bed = await beds.open(subjects[0]);
  await bed.restart();
  const client = new Client(bed.plugin, subjects[0].type);
  const { inputs } = await client.check({ ...subjects[0].base, contentHash: "1", ...program });
  const message = `No site has ${word}.example.com.`;
  await bed.cloud.faults.add({ kind: "error", action: "PurgeCaches", status: 400, code: "Invalid.Odd", message });
  const { message: said } = await refused(client.create(inputs));
  expect(said).toContain("Invalid.Odd: No site has");
  expect(holds(said, word)).toBe(isTold);
});

test("the tag that a secret fallback names: in no plan, no message and no receipt", async () => {
  await using bed = await beds.open(subjects[0]);
  await bed.restart();
  const client = new Client(bed.plugin, subjects[0].type);
  const targets = ["http://www.example.com/a", "http://www.example.com/b"];
  const program = { ...subjects[0].base, targets, contentHash: "1", maxTargets: 1, fallback: secret(`tag:${word}`) };
  const { inputs } = await client.check(program);
  const preview = await client.create(inputs, { preview: true });
  const state = await client.create(inputs);
  for (const { outputs } of [preview, state]) {
    expect(outputs["plan"]).toMatchObject({ instead: { fallback: "tag", targets: [secret(word)] } });
    expect(holds(JSON.stringify(open(outputs)), word)).toBe(false);
  }
  expect(bed.plugin.said.join("\n")).toContain("sends 1 tag ([secret])");
});

test.each<[string, Bag]>([
  ["url", { awaitOrigin: { url: secret(`http://${word}.invalid/`), expect: { text: "new" }, within: 1 } }],
  ["address", { awaitOrigin: { address: secret(`${word}.invalid:81`), expect: { text: "new" }, within: 1 } }],
  ["urls", { awaitOrigin: { urls: [secret(`http://${word}.invalid/v`)], expect: { text: "new" }, within: 1 } }],
])("where a gate asks is secret, and what the resolver says of it: %s", async (_, gate) => {
  await using bed = await beds.open(subjects[0]);
  await bed.restart();
  const client = new Client(bed.plugin, subjects[0].type);
  const targets = ["http://www.example.com/a"];
  const { inputs } = await client.check({ ...subjects[0].base, contentHash: "1", targets, ...gate });
  const { message } = await refused(client.create(inputs));
  expect(message).toMatch(/no answer: (ENOTFOUND|EAI_AGAIN)/);
  expect(holds(message, word)).toBe(false);
});

function stateOf({ partial }: Refused, inputs: Bag): State {
  return { id: partial?.id ?? "", inputs, outputs: partial?.properties ?? {} };
}

interface Hands {
  readonly whole: State;
  readonly inputsOf: (bag: Bag) => Promise<Bag>;
  readonly tried: (work: Promise<State>) => Promise<Refused>;
  readonly kept: (state: State) => State;
}

/** The gate and the proof tell what they asked for, of a server with names of its own, and where that sent them. */
async function closedGate(
  client: Client,
  of: Sender,
  program: (of: Sender, hash: string) => Bag,
  { whole, inputsOf, tried }: Hands,
) {
  const elsewhere = createServer(({ url }, response) => {
    response.writeHead(302, { Location: `https://login.example.com/?next=${encodeURIComponent(url ?? "")}` }).end();
  });
  await using place = await listening(elsewhere);
  const url = `http://127.0.0.1:${place.port}/base`;
  const gated = { ...program(of, "5"), awaitOrigin: { url, expect: { text: "new" }, within: 1 } };
  const { message } = await tried(client.update(whole, await inputsOf(gated)));
  expect(message).toContain("awaitOrigin: after 1 s the origin does not serve the new content");
  if (!of.type.includes("Purge")) return;
  const node = { nodes: [`127.0.0.1:${place.port}`], expect: { text: "new" }, within: 1 };
  const stale = await tried(client.update(whole, await inputsOf({ ...program(of, "6"), verifyEdge: node })));
  expect(stale.message).toContain("found 302 to [secret]");
}

/** The plan that is refused for its size names its largest groups; a coarser purge its directories. */
async function budgets(
  bed: TestBed,
  of: Sender,
  program: (of: Sender, hash: string) => Bag,
  { whole, inputsOf, tried, kept }: Hands,
): Promise<void> {
  const client = new Client(bed.plugin, of.type);
  const tight = await inputsOf({ ...program(of, "3"), maxTargets: 1 });
  await tried(client.update(whole, tight, { preview: true }));
  await tried(client.update(whole, tight));
  const coarse = await inputsOf({ ...program(of, "4"), maxTargets: 3, fallback: "directory" });
  kept(await client.update(whole, coarse, { preview: true }));
  const coarser = kept(await client.update(whole, coarse));
  expect(bed.plugin.said.join("\n")).toContain('fallback "directory" sends');
  kept(
    await client.update(coarser, await inputsOf({ ...program(of, "5"), verifyEdge: { within: 1 } }), { preview: true }),
  );
}

test("where an uploaded file lies is secret though nobody said so, and what the cloud quotes of it", async () => {
  await using bed = await beds.open(subjects[0]);
  await bed.restart();
  const client = new Client(bed.plugin, "edgecache:esa:UploadTask");
  const list = await bed.cloud.storage.put("lists/1.txt", `http://www.example.com/a\nhttp://www.example.org/b\n`);
  const url = `${list}?Expires=1&Signature=${word}%2B%2F%3D`;
  const told: string[] = [];
  const { inputs, failures } = await client.check({ siteId: "5407498413000", type: "file", url, contentHash: "1" });
  expect(failures).toEqual([]);
  expect(inputs["url"]).toEqual(secret(url));
  told.push(JSON.stringify(open(await client.create(inputs, { preview: true }))));
  // A line of another site fails; then the cloud quotes the URL as it was sent and as it reads it.
  const { message, partial } = await refused(client.create(inputs));
  const state: State = { id: partial?.id ?? "", inputs, outputs: partial?.properties ?? {} };
  told.push(message, ...(partial?.reasons ?? []), JSON.stringify(open(state)));
  const quote = `The url ${url} (${decodeURIComponent(url)}, ${encodeURIComponent(url)}) cannot be read.`;
  await bed.cloud.faults.add({
    kind: "error",
    action: "UploadFile",
    status: 400,
    code: "InvalidParameters",
    message: quote,
  });
  const again = await refused(client.update(state, (await client.check({ ...inputs, contentHash: "2" })).inputs));
  told.push(again.message, JSON.stringify(open({ ...again.partial?.properties })), ...bed.plugin.said);
  const wrong = await client.check({ siteId: "5407498413000", type: "file", url: `${url} x`, contentHash: "1" });
  told.push(JSON.stringify(wrong.failures));
  expect(told.filter((text) => holds(text, word))).toEqual([]);
  expect(again.message).toContain("The url [secret]");
  expect(JSON.stringify(wrong.failures)).toContain("must be a URL");
});
