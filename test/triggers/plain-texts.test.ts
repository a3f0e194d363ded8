/**
 * Every text that a program can give, at any depth of any resource, function and the configuration, is refused with
 * a line break, a control character or an invisible one in it; but those few of which it is said here why not.
 */
import type * as z from "zod";
import { expect, test } from "vitest";
import type { Checked } from "../../provider/src/engine/define/inputs.ts";
import { defOf, partsOf } from "../../provider/src/engine/define/shapes.ts";
import { valueMap, type Value, type ValueMap } from "../../provider/src/engine/wire/values.ts";
import { edgecache } from "../../provider/src/provider.ts";

interface Asked {
  readonly name: string;
  readonly inputs: Readonly<Record<string, z.ZodType>>;
  check(bag: ValueMap, plain?: boolean): Checked;
}

async function everything(): Promise<Asked[]> {
  const modules = await Promise.all(Object.values(edgecache.modules).map((load) => load()));
  const config = await edgecache.config();
  const declared = modules.flatMap(({ resources, functions }) => [...resources, ...functions]);
  return [
    { name: "config", inputs: config.properties, check: (bag, plain) => config.check(bag, plain) },
    ...declared.map((each): Asked => ({
      name: each.token.replace("edgecache:", ""),
      inputs: each.inputs,
      check: (bag, plain) => each.check(bag, plain),
    })),
  ];
}

/** What leads to a text: names of properties, `0` for an item of a list, `key` for a value of a map, `*` for its keys. */
function textsIn(schema: z.core.$ZodType): string[][] {
  const def = defOf(schema);
  if (def.type === "string") return [[]];
  if (def.type === "record") return [["*"], ...textsIn(def.valueType).map((rest) => ["key", ...rest])];
  return partsOf(schema).flatMap(([property, part]) => {
    const step = property ?? (def.type === "array" ? "0" : undefined);
    return textsIn(part).map((rest) => (step === undefined ? rest : [step, ...rest]));
  });
}

function valueAt([step, ...rest]: readonly string[], text: string): Value {
  if (step === undefined) return text;
  if (step === "0") return [valueAt(rest, text)];
  return step === "*" ? valueMap([[text, "x"]]) : valueMap([[step, valueAt(rest, text)]]);
}

function refusals(asked: Asked, [property = "", ...rest]: readonly string[], text: string): string[] {
  const { failures } = asked.check(valueMap([[property, valueAt(rest, text)]]), edgecache.plainTexts);
  return failures.filter(({ path }) => path[0] === property).map(({ reason }) => reason);
}

/** Of every trigger. */
const ruled = [
  // What these name has rules of its type, with better advice; see targets.test.ts and check.test.ts.
  "targets.0",
  "contents.*",
  // Compared, not sent.
  "contentHash",
  "contents.key",
  "awaitOrigin.expect.text",
  "verifyEdge.expect.text",
  // A certificate has many lines.
  "awaitOrigin.ca",
  "verifyEdge.ca",
];
const others = [
  "config caBundle",
  "esa:PurgeTrigger cacheKeys.0.url",
  // Names of files, and rules for them.
  ...["path", "include.0", "exclude.0", "ignore.0", "ignoreFile", "indexDocument", "urlSources.0"].map(
    (place) => `index:hashFiles ${place}`,
  ),
  "index:hashFiles fallback.0.document",
  "index:hashFiles fallback.0.directory",
];

const odd = {
  "a line break": "a.b\nc",
  "a line break before a header": "a.b\r\nx-cache: c",
  "a control character": "a.b\u0000c",
  "an escape sequence": "a.b\u001B[2Jc",
  "an invisible character": "a.b\u200Bc",
  "half of a character": "a.b\uD800c",
  "a blank that is none": "a.b\u00A0c",
};

test.each(Object.entries(odd))("%s", async (_what, text) => {
  const taken: string[] = [];
  for (const asked of await everything()) {
    for (const [property, schema] of Object.entries(asked.inputs)) {
      for (const place of textsIn(schema).map((rest) => [property, ...rest])) {
        const told = refusals(asked, place, text);
        if (
          told.some((reason) =>
            /(holds|has) .*(line break|control|invisible|half of a|a blank|character that no key has)/.test(reason),
          )
        )
          continue;
        if (!ruled.includes(place.join("."))) taken.push(`${asked.name} ${place.join(".")}`);
      }
    }
  }
  expect(taken.toSorted()).toEqual(others.toSorted());
});

test("are told with their place and what is wrong", async () => {
  const all = await everything();
  const told = (name: string, place: string, text: string): string[] => {
    const asked = all.find((each) => each.name === name);
    return asked === undefined ? [] : refusals(asked, place.split("."), text);
  };
  expect([
    told("dcdn:EdgeRoutinePurgeTrigger", "routineId", "test.sub\nx: y"),
    told("dcdn:EdgeRoutinePurgeTrigger", "routineId", "test.sub\n"),
    told("esa:PrefetchTrigger", "headers.Accept", "br\r\nx: y"),
    told("esa:PrefetchTrigger", "headers.*", "Accept\n"),
    told("teo:getPurgeTasks", "jobId", "2024\u0000"),
    told("config", "alibabaProfile", "dev\n"),
    told("config", "alibabaAccessKeySecret", "secret\n"),
  ]).toMatchInlineSnapshot(`
    [
      [
        "holds a line break",
      ],
      [
        "begins or ends with a line break (U+000A)",
      ],
      [
        "holds a line break",
      ],
      [
        "has a key that begins or ends with a line break (U+000A)",
      ],
      [
        "begins or ends with a control character (U+0000)",
      ],
      [
        "begins or ends with a line break (U+000A)",
      ],
      [
        "has a line break at its end; give the key alone",
      ],
    ]
  `);
});

test("names of headers are tokens, wherever they are given", async () => {
  const all = await everything();
  const places = all.flatMap((asked) =>
    Object.entries(asked.inputs)
      .flatMap(([property, schema]) => textsIn(schema).map((rest) => [property, ...rest]))
      .filter((place) => /(headers?|withHeader)\.(\*|0\.name)$/i.test(place.join(".")))
      .map((place) => ({ asked, place })),
  );
  expect(places.length).toBeGreaterThan(10);
  for (const { asked, place } of places) {
    for (const name of ["Accept Encoding", "Accept:", "", "Ümlaut"]) {
      expect(refusals(asked, place, name).join(), `${asked.name} ${place.join(".")}: ${name}`).toContain(
        "is no name of a header",
      );
    }
    expect(refusals(asked, place, "Accept-Encoding").join()).not.toContain("is no name of a header");
  }
});
