import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { bundle } from "./bundle.ts";
import { componentsOf, notices } from "./notices.ts";
import { termsOf } from "./terms.ts";

test("every bundled package travels with a text that grants something, and with whose it is", async () => {
  const components = await componentsOf((await bundle()).inputs);
  expect(components.length).toBeGreaterThan(30);
  const poor = components.filter(
    ({ text }) => !/permission|granted|permitted|licensed under/i.test(text) || !/copyright|unlicense/i.test(text),
  );
  expect(poor.map(({ name }) => name)).toEqual([]);
  const all = notices(components);
  expect(all).not.toMatch(/<year>|<copyright holders>|<owner>|&lt;/);
  const untold = components.filter(
    ({ name, version, text }) => !all.includes(`${name}@${version} (`) || !all.includes(text),
  );
  expect(untold).toEqual([]);
});

test("a package's own file counts before its README, and its README before the list", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-terms-"));
  try {
    await expect(termsOf(folder, "somebodys")).rejects.toThrow("somebodys comes without a text of its terms");
    expect(await termsOf(folder, "httpx")).toMatch(/^Copyright \(c\) Jackson Tian\n[^]*Permission is hereby granted/);
    const quoted =
      "Copyright (c) 2013 A &lt;a@b&gt;\n\nPermission is hereby granted, to you.\n\nTHE SOFTWARE IS PROVIDED as it is.";
    await writeFile(path.join(folder, "README.md"), `# Read\n\n${quoted}\n\n[link]: http://x\n`);
    expect(await termsOf(folder, "httpx")).toBe(quoted.replace("&lt;a@b&gt;", "<a@b>"));
    await writeFile(path.join(folder, "LICENSE.txt"), "Mine.");
    expect(await termsOf(folder, "httpx")).toBe("Mine.");
  } finally {
    await rm(folder, { recursive: true });
  }
});
