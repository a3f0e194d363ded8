/**
 * A map of 8,000 pages with names of 2,000 characters, one of which fails: more than an error's headers take, so the map
 * stays at home, the record arrives, and the next update sends that one page. At the method table, see partial.test.ts.
 */
import { Metadata } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { machine } from "../../provider/src/engine/process/machine.ts";
import { methods } from "../../provider/src/engine/protocol/methods.ts";
import { Session } from "../../provider/src/engine/protocol/session.ts";
import type { Reply } from "../../provider/src/engine/wire/unary.ts";
import { edgecache } from "../../provider/src/provider.ts";
import { siteId, useClouds } from "../engine/cloud.ts";
import { detailOf, plain, type Bag } from "./client.ts";
import { struct, urn } from "./plugin.ts";

const newCloud = useClouds();
/** Of the 16 MiB of headers that grpc-go takes by default, in base64. */
const most = (16 * 1024 * 1024 * 3) / 4;
const type = "edgecache:esa:PurgeTrigger";

test("the page that failed is owed, and is all that the next update sends", async () => {
  const cloud = await newCloud();
  const engine = { write: () => Promise.resolve(), requireVersion: () => Promise.reject(new Error("older")) };
  const table = methods(new Session(edgecache, { ...machine, connectEngine: () => engine }, [], "engine"));
  const call = async (method: string, request: { serializeBinary(): Uint8Array }): Promise<Reply> => {
    const serve = table.get(`/pulumirpc.ResourceProvider/${method}`);
    if (serve === undefined) throw new Error(`no ${method}`);
    return await serve(request.serializeBinary(), new AbortController(), undefined);
  };
  const update = (olds: Bag, oldInputs: Bag, news: Bag): Promise<Reply> => {
    const request = new providerPb.UpdateRequest().setUrn(urn(type)).setType(type).setId("id");
    return call("Update", request.setOlds(struct(olds)).setOldInputs(struct(oldInputs)).setNews(struct(news)));
  };
  const sent = async (): Promise<unknown[]> =>
    (await cloud.requests.find({ action: "PurgeCaches" })).map(({ params }) => JSON.parse(String(params["Content"])));

  await call("Configure", new providerPb.ConfigureRequest().setArgs(struct(await cloud.configuration())));
  const pages = Array.from({ length: 8000 }, (_, page) => `http://www.example.com/${page}/${"x".repeat(2000)}`);
  const contents = Object.fromEntries(pages.map((page) => [page, "1"]));
  const base = { siteId, type: "file", onCreate: "skip", purgeAdded: false, wait: true, failurePolicy: "fail" };
  const first = { ...base, contents };
  const created = await call(
    "Create",
    new providerPb.CreateRequest().setUrn(urn(type)).setType(type).setProperties(struct(first)),
  );
  if (!created.ok) throw new Error(created.message);
  const { ledger } = plain(providerPb.CreateResponse.deserializeBinary(created.bytes).getProperties());
  const state = { status: "skipped", tasks: [], owed: [], purgeCount: 0, ledger };

  const [page = ""] = pages;
  const next = { ...base, contents: { ...contents, [page]: "2" } };
  await cloud.faults.add({ kind: "failTarget", target: page, as: "row", reason: "Internal Error", count: 1 });
  const failed = await update(state, first, next);
  if (failed.ok) throw new Error("it was not refused");
  const details = Buffer.from(failed.details ?? []);
  expect(details.length).toBeLessThan(most);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", details);
  const found = detailOf(metadata, "ErrorResourceInitFailed", providerPb.ErrorResourceInitFailed);
  const saved = plain(found?.getProperties());
  expect(saved).toMatchObject({ status: "failed", owed: [{ target: page }], ledger: { owed: 1 } });
  expect(saved).not.toHaveProperty("contents");

  const again = await update(saved, first, next);
  expect(again.ok).toBe(true);
  expect(await sent()).toEqual([{ Files: [page] }, { Files: [page] }]);
});
