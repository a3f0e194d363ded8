/** The pages keep up with the code: settings, fault kinds, client methods, the seed. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { expect, test } from "vitest";
import * as builtIn from "../src/vendors/index.ts";
import { ControlClient, type SeedInput, type SettingsState, startEmulator } from "../src/index.ts";
import { suiteOf } from "./conformance/registered.ts";
import { faultSchema } from "../src/ports/faults.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("SETTINGS.md lists every switch, limit and text; `npx vitest run readme -u` writes it again", async () => {
  await using emulator = await startEmulator();
  const settings = await emulator.control.settings.get();
  const page = settingsPage(settings, await Promise.all(services.map((name) => standing(name, settings))));
  await expect(page).toMatchFileSnapshot("../SETTINGS.md");
});

test("names every kind of fault", () => {
  const kinds = faultSchema.options.map((option) => option.shape.kind.value);
  expect(kinds.filter((kind) => !readme.includes(`\`${kind}\``))).toEqual([]);
});

test("names every part of the client", () => {
  const parts = Object.keys(new ControlClient("http://127.0.0.1"));
  expect(parts.filter((part) => !readme.includes(`\`${part}.`))).toEqual([]);
});

test("its seed works", async () => {
  const yaml = /```yaml\n(keys:[\s\S]*?)```/.exec(readme)?.[1] ?? "";
  await using emulator = await startEmulator({ seed: parse(yaml) as SeedInput });
  expect((await emulator.control.visit("http://www.example.com/", { node: "frankfurt" })).body).toBe("hello");
});

const services = Object.values(builtIn).flatMap((vendor) => vendor.services.map(({ name }) => name));

interface Capture {
  readonly requests: readonly { readonly headers: readonly string[] }[];
}

/** One row: of how much of a service it is known how it really is. */
async function standing(service: string, { switches, limits, texts }: SettingsState): Promise<string[]> {
  const of = <Setting extends { readonly name: string }>(all: readonly Setting[]): readonly Setting[] =>
    all.filter(({ name }) => name.startsWith(`${service}.`));
  // its suite calls every operation, says test/services.test.ts
  const operations = new Set((await suiteOf(service)).rows.map(({ action }) => action));
  const captures = JSON.parse(
    readFileSync(new URL(`../../test/parity/captures/${service}.json`, import.meta.url), "utf8"),
  ) as Capture[];
  const captured = captures.flatMap(({ requests }) =>
    requests.flatMap(({ headers }) => headers.map((line) => /^x-(?:acs|tc)-action: (.+)$/i.exec(line)?.[1] ?? "")),
  );
  const basis = (wanted: string): number => of(switches).filter((one) => one.basis === wanted).length;
  const chosen = of(limits).filter(({ source }) => source.startsWith("CHOICE")).length;
  const numbers = [
    operations.size,
    [...operations].filter((action) => captured.includes(action)).length,
    of(limits).length - chosen,
    chosen,
    basis("INFERRED"),
    basis("UNVERIFIED"),
    basis("CHOICE"),
    of(texts).length,
  ];
  return [service, ...numbers.map(String)];
}

function settingsPage({ switches, limits, texts }: SettingsState, standings: readonly string[][]): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const table = (head: string, rows: readonly (readonly string[])[]): string =>
    [head, head.replace(/[^|]+/g, "---"), ...rows.map((row) => `| ${row.map(cell).join(" | ")} |`)].join("\n");
  return `# Settings of the emulator

Set them when it starts (\`startEmulator({ switches, limits, texts })\`), in a seed, or while it runs:
\`control.settings.switches({ "esa.rows": "perTask" })\`, \`PATCH /_emulator/settings\`. Each tenant has its own. Every
value below is reached by a test. This page is written by \`test/readme.test.ts\` from the definitions.

## What is verified, documented, chosen

**Verified**: requests of the vendor's own SDKs for the operation were captured and are accepted byte for byte. No
answer of a real cloud was. **Documented**: a page, an SDK's text or its source says so. **Inferred**, **unverified**,
**chosen**: see the switches below; a chosen number or text is one that nobody states.

${table(
  "| Service | Operations | verified | Limits documented | chosen | Switches inferred | unverified | chosen | Texts chosen |",
  standings,
)}

## Switches

What the vendors' documents leave open, with every reading. **Choice**: no document says anything. **Unverified**: a
document hints at it, or two disagree. **Inferred**: it follows from documents. **Test**: nothing of the clouds.

${table(
  "| Switch | Values (**default**) | Basis | Meaning |",
  switches.map(({ name, values: [first, ...rest], basis, about }) => [
    `\`${name}\``,
    [`**${first}**`, ...rest].join(", "),
    basis.toLowerCase(),
    about,
  ]),
)}

## Limits

Numbers; times in milliseconds unless said.

${table(
  "| Limit | Default | Source | Read | |",
  limits.map(({ name, value, source, readOn, about = "" }) => [
    `\`${name}\``,
    value.toLocaleString("en"),
    source,
    readOn,
    about,
  ]),
)}

## Texts

Messages that no document states; the code and the status are documented. Messages of other errors are the vendors'.

${table(
  "| Text | Default | What it is |",
  texts.map(({ name, value, about }) => [`\`${name}\``, value, about]),
)}
`;
}
