/** What is secret stays so, in every message and in the state, in whatever spelling it comes back. */
import { expect, test } from "vitest";
import { Redaction } from "../../provider/src/engine/wire/redaction.ts";
import { refused, type Bag } from "./client.ts";
import { secret } from "./plugin.ts";
import { useToy } from "./toy.ts";

const toy = useToy();

const hush = 'hush+/=&<"\\\n 密 token';

/** Everything that was said, and the failure, decoded as far as anybody would. */
function decodings(said: string): string {
  const percent = (text: string): string =>
    text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString());
  const runs = [...said.matchAll(/[\w+/-]{8,}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((offset) => Buffer.from(run.slice(offset), "base64").toString()),
  );
  return [said, percent(said), percent(percent(said)), ...runs].join("\n");
}

test.each<[string, Bag]>([
  ["a text", { word: secret(hush) }],
  ["a key of a secret map", { pairs: secret({ [hush]: "value" }) }],
])("%s is in no spelling in logs, errors and reasons", async (_, given) => {
  const failure = await refused(
    toy()
      .resource("Moody")
      .create({ name: "quoted", mode: "quotes", ...given }),
  );
  const said = decodings([toy().said(), failure.message, ...(failure.partial?.reasons ?? [])].join("\n"));
  expect(said).not.toMatch(/hush/i);
  expect(said).not.toContain("密");
  expect(failure.message).toMatch(/^refused: \[secret\] \| \[secret\] \| /);
  expect(toy().log.entries.filter(({ message }) => message.includes("[secret]")).length).toBeGreaterThan(10);
});

test("a word that everybody knows is shown, though a secret happens to be the same", async () => {
  await refused(
    toy()
      .resource("Moody")
      .create({ name: "known", mode: "quotes", word: secret("quotes") }),
  );
  expect(toy().said()).toContain("a file is on quotes");
  const thing = await toy()
    .resource("Thing")
    .create({ shelfId: "x", size: 1, color: "red", note: secret("red") });
  expect(thing.outputs).toMatchObject({ color: "red", note: secret("red") });
});

test("a short word is masked where it stands alone and not inside of others, and a tiny one nowhere", async () => {
  const moody = toy().resource("Moody");
  await refused(moody.create({ name: "m", mode: "quotes", word: secret("fil") }));
  expect(toy().said()).toContain("a file is on fil");
  await refused(moody.create({ name: "m", mode: "quotes", word: secret("fold") }));
  await refused(moody.create({ name: "m", mode: "quotes", word: secret("fold"), pairs: { folder: "1" } }));
  expect(toy().said()).toContain("a file is on [secret]");
  expect(toy().said()).toContain("folder");
});

test("what a secret leads to is one, in messages and in the state", async () => {
  const moody = toy().resource("Moody");
  const open = await moody.create({ name: "door", mode: "opens", word: "sesame" });
  expect(open.outputs).toMatchObject({ found: { mode: "opens", place: "behind-the-door" } });
  expect(toy().said()).toContain("found behind-the-door");
  toy().log.entries.length = 0;
  const closed = await moody.create({ name: "door", mode: "opens", word: secret("sesame") });
  expect(closed.outputs).toMatchObject({ found: { mode: "opens", place: secret("behind-the-door") } });
  expect(toy().said()).toContain("found [secret]");
});

test("only what is made from a secret is wrapped, and the rest stays readable in the next run", async () => {
  const thing = toy().resource("Thing");
  const inputs = (await thing.check({ shelfId: "x", version: secret("file") })).inputs;
  const state = await thing.create(inputs);
  expect(state.outputs).toMatchObject({ version: secret("file"), record: { kind: "file", digest: secret("FILE") } });
  const again = await thing.update(state, { ...inputs, size: 2 });
  expect(again.outputs).toMatchObject({ record: { kind: "file", digest: secret("FILE") } });
  const plain = await thing.create((await thing.check({ shelfId: "y", version: "file" })).inputs);
  expect(plain.outputs).toMatchObject({ record: { kind: "file", digest: "FILE" } });
});

test("Check suggests no spelling of what is secret", async () => {
  const thing = toy().resource("Thing");
  const plain = await thing.check({ shelfId: "x", tags: ["Hush Hush"] });
  expect(plain.failures).toEqual([
    { property: "", reason: 'tags[0]: "Hush Hush" holds a space; did you mean hush-hush?' },
  ]);
  for (const tags of [secret(["Hush Hush"]), [secret("Hush Hush")]]) {
    const { failures } = await thing.check({ shelfId: "x", tags });
    expect(failures).toEqual([{ property: "", reason: expect.stringMatching(/^tags(\[0\])?: holds a space$/) }]);
  }
});

test("what is left of a secret that somebody cut is one too", () => {
  const redaction = new Redaction(["https://www.example.com/hush?token=a1b2c3d4"]);
  for (const dots of ["…", "...", "… (43 characters)"]) {
    expect(redaction.redact(`refused: "https://www.example.com/hush?tok${dots}" and more`)).toBe(
      `refused: "[secret]${dots}" and more`,
    );
  }
  const open = "https://www.example.com/other… and https://www.example.com/hush?tok of others...";
  expect(redaction.redact(open)).toBe(open);
  expect(redaction.isIn("(https://www.example.com/hush?token=a...)")).toBe(true);
});

test("Check tells no value that holds a secret of another property, not even the half that is shown of it", async () => {
  const thing = toy().resource("Thing");
  const password = "hush+canary-password";
  const { failures } = await thing.check({ shelfId: "x", color: password, password });
  expect(failures).toEqual([{ property: "", reason: "color: must be one of red, green" }]);
  for (const color of ["user:pa55@host", "http://user:pa55@host"]) {
    const { failures: others } = await thing.check({ shelfId: "x", color, parts: [color] });
    expect(others.map(({ property }) => property)).toEqual(["", ""]);
    expect(JSON.stringify(others)).not.toContain("pa55");
  }
  const parts = [`${"x".repeat(166)}${password}${"y".repeat(99)}`];
  const long = await thing.check({ shelfId: "x", parts, password });
  const reason = expect.stringMatching(/^parts\[0\]: "x+\[secret\]… \(.* must be/);
  expect(long.failures).toEqual([{ property: "", reason }]);
});

const encodings: Readonly<Record<string, (text: string) => string>> = {
  percent: encodeURIComponent,
  form: (text) => new URLSearchParams({ a: text }).toString().slice(2),
  json: (text) => JSON.stringify(text).slice(1, -1),
  html: (text) => text.replaceAll(/[&<>"'\\]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`),
  base64: (text) => Buffer.from(`x${text}`).toString("base64"),
  hex: (text) => Buffer.from(text).toString("hex").toUpperCase(),
  bytes: (text) => Array.from(Buffer.from(text), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
};

test("encoded in one way and then in another, a secret is masked with its line, and the other lines stay", () => {
  const secret = "q\\/\"+&b ' 密<z9";
  const redaction = new Redaction([secret]);
  const ways = Object.entries(encodings);
  const told = ways.flatMap(([first, inner]) =>
    ways.flatMap(([second, outer]) => {
      const said = redaction.redact(`before\nerror: ${outer(inner(secret))} end\nafter`);
      return /^before\n.*\[secret\].*\nafter$/.test(said) ? [] : [`${first}, ${second}: ${said}`];
    }),
  );
  expect(told).toEqual([]);
  // A short one is in a long word by chance.
  expect(new Redaction(["fold"]).redact("a folder")).toBe("a folder");
});

test.each<[string, (text: string) => string]>([
  ["as it is", (text) => text],
  ["JSON", (text) => JSON.stringify(text).slice(1, -1)],
  ["percent", encodeURIComponent],
  ["percent, twice", (text) => encodeURIComponent(encodeURIComponent(text))],
  ["HTML", (text) => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)],
])("a secret as long as a certificate is masked alone: %s", (_, encode) => {
  const secret = `-----BEGIN\n${"x".repeat(2000)}"&'<é`;
  expect(new Redaction([secret]).redact(`refused: ${encode(secret)} and more`)).toBe("refused: [secret] and more");
});
