/** Functions, names that are special elsewhere, and what the plugins of one run know of each other. */
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, test } from "vitest";
import { edgecache } from "../../provider/src/provider.ts";
import { Client, invoke, refused, type Bag } from "./client.ts";
import { asset, EngineLog, PluginInside, secret, secretSig, sig, struct, urn } from "./plugin.ts";
import { useToy } from "./toy.ts";

const toy = useToy();

test("check 44 functions: secrets in, secrets out; missing arguments in a preview; failures for bad ones", async () => {
  const { plugin } = toy();
  const greet = "toy:index:greet";
  expect((await invoke(plugin, greet, { name: "Ann" })).outputs).toEqual({
    greeting: "hello Ann in the north",
    seal: secret(expect.any(String)),
  });
  const withSecret = await invoke(plugin, greet, { name: secret("Ann") });
  expect(withSecret.outputs).toEqual({ greeting: secret("hello Ann in the north"), seal: secret(expect.any(String)) });
  expect(await invoke(plugin, greet, {}, true)).toEqual({ outputs: {}, failures: [] });
  const misspelt = await invoke(plugin, greet, { nme: "Ann" }, true);
  expect(misspelt.failures.map(({ reason }) => reason).join()).toContain("no such property");
  expect((await invoke(plugin, greet, {})).failures).toEqual([{ property: "name", reason: "is required" }]);
  expect((await invoke(plugin, greet, { name: "A" })).failures).toMatchObject([{ property: "name" }]);
  expect((await invoke(plugin, greet, { name: secret("A") })).failures).toMatchObject([{ property: "name" }]);
  expect(await refused(invoke(plugin, "toy:index:nothing", {}))).toMatchObject({ code: "UNIMPLEMENTED" });
});

test("check 45 odd keys come back as they went in, and __proto__ is refused", async () => {
  const thing = toy().resource("Thing");
  const odd: Bag = {
    constructor: "a",
    toString: "b",
    "": "c",
    "a.b[0]": "d",
    "\u{1D11E}": "e",
    hasOwnProperty: "f",
    "\n\t__proto": "g",
  };
  const { inputs, failures } = await thing.check({ shelfId: "s", labels: odd, anything: odd });
  expect(failures).toEqual([]);
  expect(inputs).toMatchObject({ labels: odd, anything: odd });
  const state = await thing.create(inputs);
  expect(await thing.refresh(state)).toEqual(state);

  const innocent = "a text with \n\t__proto__ in it";
  expect((await thing.check({ shelfId: "s", note: innocent })).inputs).toMatchObject({ note: innocent });

  const request = new providerPb.CheckRequest()
    .setUrn(urn("toy:index:Thing"))
    .setType("toy:index:Thing")
    .setOlds(struct({}));
  const pollution = new structPb.Struct();
  pollution.getFieldsMap().set("__prota__", structPb.Value.fromJavaScript({ polluted: true }));
  const bytes = Buffer.from(request.setNews(pollution).serializeBinary())
    .toString("latin1")
    .replaceAll("__prota__", "__proto__");
  const same = (buffer: Buffer): Buffer => buffer;
  const reply = new Promise((resolve, reject) => {
    toy().plugin.client.makeUnaryRequest(
      "/pulumirpc.ResourceProvider/Check",
      same,
      same,
      Buffer.from(bytes, "latin1"),
      (error, value) => (error === null ? resolve(value) : reject(error)),
    );
  });
  expect(await refused(reply)).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining("__proto__"),
  });
});

test.each([
  [asset("hash-1", { path: 5 }), 'has a "path" that is no text'],
  [asset("hash-1", { text: ["a"] }), 'has a "text" that is no text'],
  [{ [sig]: secretSig }, 'lacks its "value"'],
  [{ [sig]: "made up" }, 'carries the unknown signature "made up"'],
])("a special value that is malformed is refused, with what is wrong: %j", async (value, words) => {
  expect(await refused(toy().resource("Thing").check({ shelfId: "s", anything: value }))).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining(words),
  });
});

test("another plugin of the run knows which places are declared; one of another run does not", async () => {
  const declared = async (address: string, name: string): Promise<readonly string[]> => {
    await using plugin = await PluginInside.start(edgecache, [address]);
    const { failures } = await new Client(plugin, "edgecache:esa:CacheTagConfig", name).check({
      siteId: "1",
      tagName: "T",
    });
    return failures.map(({ reason }) => reason);
  };
  const { address } = toy().log;
  expect(await declared(address, "one")).toEqual([]);
  expect(await declared(address, "two")).toEqual([expect.stringContaining("declared twice: by one and by two")]);
  await using other = await EngineLog.start();
  expect(await declared(other.address, "two")).toEqual([]);
});

test("an engine that does not say the type is understood by the URN", async () => {
  const request = new providerPb.CheckRequest().setUrn("urn:pulumi:dev::test::a:b:C$toy:index:Thing::it");
  const answer = toy().plugin.call("Check", request.setOlds(struct({})).setNews(struct({ shelfId: "s" })));
  expect((await answer) instanceof providerPb.CheckResponse).toBe(true);
});
