/** The README keeps up with the code: switches, fault kinds, client methods, its seed. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { expect, test } from "vitest";
import { ControlClient, type SeedInput, startEmulator } from "../src/index.ts";
import { faultSchema } from "../src/world/faults.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("lists every switch with its values, the default first", async () => {
  await using emulator = await startEmulator();
  const { switches } = await emulator.control.settings.get();
  const listed = [...readme.matchAll(/^\| `([\w.]+)`\s*\| (\*\*.*?)\s*\| (choice|unverified|inferred|test)\s*\|/gm)];
  expect(listed.map(([, name, values = ""]) => [name, values.replaceAll("*", "").split(", ")])).toEqual(
    switches.map(({ name, values }) => [name, values]),
  );
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
