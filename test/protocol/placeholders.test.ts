/** Texts that stand for no value, in the words of the languages that write them; each line is what an SDK printed. */
import { expect, test } from "vitest";
import { secret } from "./plugin.ts";
import { useToy } from "./toy.ts";

const toy = useToy();

const typescript = "Calling [toString] on an [Output<T>] is not supported.\n\nTo get the value of an Output<T> as an";
const python =
  "Calling __str__ on an Output[T] is not supported.\n\nTo get the value of an Output[T] as an Output[str]";
const go = "{%!s(*internal.OutputState=&{0xbc9d9cb7080 <nil> 0 <nil> <nil> false false 0xfb89e0 []})}";

/** What a program's text became → the advice. */
const anywhere: Readonly<Record<string, RegExp>> = {
  [`release-${typescript}`]: /pulumi\.interpolate/,
  [encodeURI(`https://www.example.com/${typescript}`)]: /pulumi\.interpolate/,
  [new URLSearchParams({ v: typescript }).toString()]: /pulumi\.interpolate/,
  [JSON.stringify({ v: "Calling [toJSON] on an [Output<T>] is not supported." })]: /pulumi\.interpolate/,
  "OutputImpl { __pulumiOutput: true, resources: [Function (anonymous)] }": /pulumi\.interpolate/,
  "https://www.example.com/[object Object]": /JavaScript object/,
  "https://[object object]/": /JavaScript object/,
  "v-[object Promise]": /JavaScript object/,
  "https://www.example.com/%5Bobject%20Promise%5D": /JavaScript object/,
  [`release-${python}`]: /pulumi\.Output\.format/,
  "release-<pulumi.output.Output object at 0x7f3a5c1d2e50>": /pulumi\.Output\.format/,
  "<coroutine object main.<locals>.hash at 0x7f3a5c1d2e50>": /Python object/,
  "<__main__.Site object at 0x7f3a5c1d2e50>": /Python object/,
  [go]: /pulumi\.Sprintf/,
  "release-{0xbc9d9fde310}": /pulumi\.Sprintf/,
  "&{OutputState:0xbc9d9fde310}": /pulumi\.Sprintf/,
  "release-%!s(<nil>)": /pulumi\.Sprintf/,
  "release-&{0xbc9d9fde310 <nil>}": /pulumi\.Sprintf/,
  "release-() => this.hash": /JavaScript function/,
  "function digest(file) { return 1 }": /JavaScript function/,
  "release-[Function: apply]": /JavaScript function/,
  "Promise { <pending> }": /promise/,
  "Pulumi.Output`1[System.String]": /Output\.Format/,
  "Calling [ToString] on an [Output<T>] is not supported.": /Output\.Format/,
  "com.pulumi.core.internal.OutputInternal@1b2c3d": /Output\.format/,
};

test.each(Object.entries(anywhere))("%j is refused in texts, items, keys and values", async (text, advice) => {
  const { failures } = await toy()
    .resource("Thing")
    .check({ shelfId: text, tags: ["fine", text], labels: { [text]: "1", fine: text }, version: text });
  const places = failures.map(({ property, reason }) => property || reason.split(": ")[0]);
  expect(new Set(places)).toEqual(new Set(["shelfId", "labels", "labels.fine", "tags[1]", "version"]));
  expect(places).toHaveLength(5);
  for (const { reason } of failures) expect(reason).toMatch(advice);
});

test.each(["undefined", "null", "NaN", "None", "<nil>"])("%s alone is refused, and as a host", async (word) => {
  const bag = { shelfId: word, tags: [word], labels: { [word]: "1", a: word }, note: `https://${word}/a` };
  const { failures } = await toy().resource("Thing").check(bag);
  expect(failures).toHaveLength(5);
  for (const { reason } of failures) expect(reason).toContain(word);
});

test.each([
  "release-undefined",
  "sha256:null",
  "v1.NaN",
  "build_None",
  "None",
  "null",
  "release-<nil>",
  "release-${digest}",
])("%s is no hash", async (version) => {
  const { failures } = await toy().resource("Thing").check({ shelfId: "x", version });
  expect(failures).toEqual([{ property: "version", reason: expect.stringContaining("never changes") }]);
});

test.each([
  { note: "https://www.example.com/null-island" },
  { note: "https://www.example.com/undefined" },
  { note: "https://undefined.example.com/" },
  { tags: ["undefined-behaviour", "NaN-guard", "nothing", "nullable"] },
  { labels: { release: "release-undefined", none: "none" } },
  { version: "fix-null-pointer" },
  { version: "0x7f3a5c1d2e50" },
  { tags: ["function-call", "a=>b", "promise"], version: "fix-function(s)" },
  { version: "nonundefined" },
  { note: "100%!", anything: { headers: { origin: "null" } } },
])("%j is what it says", async (bag) => {
  expect(
    (
      await toy()
        .resource("Thing")
        .check({ shelfId: "x", ...bag })
    ).failures,
  ).toEqual([]);
});

test("what is unknown is no placeholder, and a secret one is told without its text", async () => {
  const version = secret(`hush-${typescript}`);
  const { failures } = await toy().resource("Thing").check({ shelfId: "x", version });
  expect(failures).toEqual([{ property: "", reason: expect.stringMatching(/^version: .*pulumi\.interpolate/) }]);
  expect(JSON.stringify(failures)).not.toContain("hush");
});
