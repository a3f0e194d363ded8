/** Conformance: provider configuration (checks 8 to 12, raw gRPC). */
import * as grpc from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { detailOf, diffOf, failuresOf, invoke, plain, refused, type Bag, type Diff, type Failure } from "./client.ts";
import { Plugin, secret, struct, unknownString, urn } from "./plugin.ts";
import { toyPath, useToy } from "./toy.ts";

const toy = useToy();
const provider = urn("pulumi:providers:toy");

async function checkConfig(news: Bag): Promise<{ inputs: Bag; failures: Failure[] }> {
  const request = new providerPb.CheckRequest().setUrn(provider).setNews(struct(news)).setOlds(struct({}));
  const response: CheckResponse = await toy().plugin.call("CheckConfig", request);
  return { inputs: plain(response.getInputs()), failures: failuresOf(response) };
}

async function diffConfig(olds: Bag, news: Bag): Promise<Diff> {
  const request = new providerPb.DiffRequest().setUrn(provider).setOlds(struct(olds)).setOldInputs(struct(olds));
  return diffOf(await toy().plugin.call("DiffConfig", request.setNews(struct(news))));
}

test("check 08 CheckConfig keeps version, and adds nothing of the engine's or the environment's", async () => {
  const news = { endpoint: "http://a", version: "1.2.3", pluginDownloadURL: "https://b", __internal: { x: 1 } };
  const { inputs, failures } = await checkConfig(news);
  expect(failures).toEqual([]);
  expect(inputs).toEqual({ endpoint: "http://a", version: "1.2.3", pluginDownloadURL: "https://b" });
});

test("check 08 CheckConfig makes the declared secret one, and shows the value of none", async () => {
  const plainly = await checkConfig({ endpoint: "http://a", token: "hush" });
  expect(plainly.inputs).toEqual({ endpoint: "http://a", token: secret("hush") });
  const wrong = await checkConfig({ endpoint: "http://a", token: { x: "hush" }, tokn: "hush", region: "east" });
  expect(wrong.failures.map(({ property }) => property)).toEqual(["", "", "region"]);
  expect(JSON.stringify(wrong.failures)).not.toContain("hush");
  expect(wrong.failures.map(({ reason }) => reason).join("\n")).toContain("did you mean token?");
});

test.each<[string, Bag]>([
  ["native", { retries: 3, labels: { a: "b" }, region: "south" }],
  ["JSON text", { retries: "3", labels: `{"a":"b"}`, region: "south" }],
  ["secret native", { retries: secret(3), labels: secret({ a: "b" }), region: secret("south") }],
  ["secret JSON text", { retries: secret("3"), labels: secret(`{"a":"b"}`), region: "south" }],
  [
    "mixed, with nulls and empty texts",
    { retries: "3", labels: { a: secret("b") }, region: "south", token: "", note: null },
  ],
])("check 09 configuration as %s does the same", async (_, config) => {
  const { note: _note, ...args } = config;
  await toy().plugin.configure({ endpoint: secret(toy().cloud.url), version: "1.2.3", ...args });
  expect((await invoke(toy().plugin, "toy:index:greet", { name: "Ann" })).outputs).toMatchObject({
    greeting: "hello Ann in the south",
  });
  const diff = await diffConfig(
    { endpoint: "x", retries: 3, labels: { a: "b" }, region: "south" },
    { endpoint: "x", ...args },
  );
  expect(diff.changes).toBe("DIFF_NONE");
});

test("check 10 CheckConfig takes an unknown in every key, and DiffConfig announces no replacement for it", async () => {
  const unknowns = Object.fromEntries(
    ["endpoint", "token", "region", "retries", "labels"].map((key) => [key, unknownString]),
  );
  expect(await checkConfig(unknowns)).toEqual({ inputs: { ...unknowns, token: secret(unknownString) }, failures: [] });
  const nested = { endpoint: "http://a", labels: { a: unknownString, b: "c" } };
  expect(await checkConfig(nested)).toEqual({ inputs: nested, failures: [] });
  const diff = await diffConfig({ endpoint: "http://a" }, { endpoint: unknownString });
  expect(diff).toMatchObject({ changes: "DIFF_SOME", diffs: ["endpoint"], replaces: [] });
});

test("check 11 missing keys are named in the way that the engine turns into advice", async () => {
  await using plugin = await Plugin.start({ path: toyPath });
  expect((await checkConfig({})).failures).toEqual([]);
  const error: unknown = await plugin.configure({ region: "north" }).catch((reason: unknown) => reason);
  const { code, metadata, details } = error as grpc.ServiceError;
  expect(code).toBe(grpc.status.INVALID_ARGUMENT);
  expect(details).toContain("toy:endpoint");
  const missing = detailOf(metadata, "ConfigureErrorMissingKeys", providerPb.ConfigureErrorMissingKeys);
  expect(missing?.toObject().missingkeysList).toEqual([{ name: "endpoint", description: "URL of the shelf." }]);
  expect(await refused(plugin.configure({ endpoint: "x", retries: "many" }))).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining("toy:retries"),
  });
  expect(await refused(invoke(plugin, "toy:index:greet", { name: "Ann" }))).toMatchObject({
    code: "FAILED_PRECONDITION",
  });
});

test("check 12 no change of configuration replaces: not the place, not credentials, not the version", async () => {
  const olds = { endpoint: "http://a", token: secret("one"), version: "1.0.0", retries: 3 };
  const rotated = await diffConfig(olds, { ...olds, token: "two", version: "2.0.0", retries: "3" });
  expect(rotated).toMatchObject({ changes: "DIFF_SOME", diffs: ["token"], replaces: [] });
  expect(await diffConfig(olds, { ...olds, version: "3.0.0" })).toMatchObject({ changes: "DIFF_NONE" });
  const moved = await diffConfig(olds, { ...olds, endpoint: "http://b", region: "south" });
  expect(moved).toMatchObject({ replaces: [], detailed: { endpoint: "UPDATE", region: "UPDATE" } });
  const left = await diffConfig(olds, { token: secret("one") });
  expect(left).toMatchObject({ changes: "DIFF_SOME", replaces: [] });
  expect(await diffConfig(olds, { ...olds, region: "north" })).toMatchObject({ changes: "DIFF_NONE" });
});
