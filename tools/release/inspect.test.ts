import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { inspect, whyNotRun } from "./inspect.ts";
import { platformOf } from "./targets.ts";

const node = await readFile(process.execPath);
const here = platformOf(process);

test("Node itself is for this machine, and no application", () => {
  expect(inspect(node)).toEqual({ platform: here, isFused: false });
  expect(whyNotRun(node, here, [])).toBe("Node's fuse says that there is no application in it");
  expect(whyNotRun(node, "windows-arm64", [])).toBe(`it is for ${here}`);
});

test("a lit fuse without an application is told", () => {
  const lit = Buffer.from(node);
  const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";
  lit.write("1", lit.indexOf(fuse) + fuse.length);
  expect(whyNotRun(lit, here, [])).toBe("there is no NODE_SEA_BLOB where Node looks for it");
});

test("a text is no executable", () => {
  expect(() => inspect(Buffer.from("#!/bin/sh"))).toThrow("neither ELF nor Mach-O nor PE");
});
