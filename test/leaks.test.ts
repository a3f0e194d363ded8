/** The scan that every test of the real engine and of the plugin runs over what came out: it finds what is packed. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Manifest } from "../provider/src/triggers/manifest/manifest.ts";
import { packManifest } from "../provider/src/triggers/manifest/pack.ts";
import { searched, searchFolder } from "./leaks.ts";

const canary = "canary-input";
const secret = `https://www.example.com/a?token=${canary}`;
const marked = Manifest.ofTargets(["https://www.example.com/b", secret], "1").marked(
  new Map([[secret, "lost"]]),
  new Map(),
);

test.each([
  ["as it is", secret],
  ["in base64", Buffer.from(secret).toString("base64")],
  ["in base64, one byte later", Buffer.from(`x${secret}`).toString("base64")],
  ["in base64, two bytes later", Buffer.from(`xy${secret}`).toString("base64")],
  ["in hex", Buffer.from(secret).toString("hex")],
  ["percent-encoded byte by byte", secret.replaceAll(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`)],
  ["gzipped", gzipSync(secret).toString("base64")],
  ["deflated", deflateSync(secret).toString("base64")],
  ["in a manifest", packManifest(Manifest.ofTargets([secret], "1"))],
  ["in a manifest whose hash stands beside it", packManifest(Manifest.ofTargets([secret, "x"], "1"), "1")],
  ["in a manifest of contents, with marks", packManifest(marked)],
])("found %s", (_, text) => {
  expect(() => searched("the state", `{ "manifest": "${text}" }`)).toThrow("canary-input leaked into the state");
});

test("what is no secret is none when packed", () => {
  const text = JSON.stringify({ manifest: packManifest(Manifest.ofTargets(["https://www.example.com/a"], "1")) });
  expect(searched("the state", text)).toBe(text);
});

test("of a folder each file is searched, compressed ones too", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-leaks-"));
  await writeFile(path.join(folder, "state.json.gz"), gzipSync(secret));
  await expect(searchFolder(folder)).rejects.toThrow("state.json.gz");
  await rm(folder, { recursive: true });
});
