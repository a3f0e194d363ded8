/**
 * What the compiler refuses: `@ts-expect-error` fails the type check where a
 * line would pass it. Beside it, what the declared rows make of answers.
 */
import type esaSdk from "@alicloud/esa20240910";
import type { DescribePurgeTasksResponseBody, ListSitesResponseBodySites } from "@alicloud/esa20240910";
import esa from "@alicloud/esa20240910";
import cdn from "@alicloud/cdn20180510";
import dcdn from "@alicloud/dcdn20180115";
import openPlatform from "@alicloud/openplatform20191219";
import type { teo } from "tencentcloud-sdk-nodejs-teo";
import type { Task } from "tencentcloud-sdk-nodejs-teo/tencentcloud/services/teo/v20220901/teo_models.js";
import { describe, expect, test } from "vitest";
import { requestsOf as alibabaRequests } from "../../provider/src/clouds/alibaba/request.ts";
import {
  count,
  flag,
  id,
  ids,
  list,
  named,
  optional,
  optionalCount,
  optionalFlag,
  required,
  row,
  rows,
  text,
  textMap,
  texts,
} from "../../provider/src/clouds/rows.ts";
import { requestsOf as tencentRequests } from "../../provider/src/clouds/tencent/client.ts";

describe("the vendor's model checks a row", () => {
  const site = row<ListSitesResponseBodySites>();
  const task = row<Task>();

  test("a misspelt field", () => {
    // @ts-expect-error: the model has SiteName
    site({ SiteID: id(), SitName: text() });
    // @ts-expect-error: the model has JobId
    task({ JobID: id() });
  });

  test("a field of another release, a method, a member in camelCase", () => {
    // @ts-expect-error: the model has no such field (any more)
    site({ SiteRank: text() });
    // @ts-expect-error: a method of every model is no field
    site({ ToMap: text() });
    // @ts-expect-error: the wire has SiteName
    site({ siteName: text() });
  });

  test("a wrong type", () => {
    // @ts-expect-error: SiteId is a number in the model, which `text` does not read
    site({ SiteId: text() });
    // @ts-expect-error: SiteName is text, which `flag` does not read
    site({ SiteName: flag() });
    // @ts-expect-error: sites have nothing in common with what tasks are
    row<DescribePurgeTasksResponseBody>()({ Tasks: rows(row<{ SiteRank: number }>()({ SiteRank: count() })) });
    // @ts-expect-error: Tasks is a list
    row<DescribePurgeTasksResponseBody>()({ Tasks: text() });
  });

  test("the result is camelCase by type", () => {
    const { wire } = task({ JobId: id(), Target: text() });
    const read = wire.parse({ JobId: 7, Target: null });
    // @ts-expect-error: the vendor's spelling is gone
    expect(read.JobId).toBeUndefined();
    expect(read.jobId satisfies string).toBe("7");
  });
});

describe("the vendor's client checks a request", () => {
  const ali = alibabaRequests<esaSdk.default>();
  const tencent = tencentRequests<InstanceType<typeof teo.v20220901.Client>>();

  test("the operation's name", () => {
    // @ts-expect-error: it is GetCacheTag
    ali("GET", "GetCacheTags", {});
    // @ts-expect-error: it is CreatePurgeTask
    tencent("CreatePurgeTasks", {});
  });

  test("the parameters' names and types", () => {
    // @ts-expect-error: it is SiteId
    ali("GET", "GetCacheTag", { SiteID: "1" });
    // @ts-expect-error: a number would be rounded above 2^53
    ali("GET", "GetCacheTag", { SiteId: 1 });
    // @ts-expect-error: yes is no boolean
    ali("POST", "PurgeCaches", { Force: "yes" });
    // @ts-expect-error: it is Targets
    tencent("CreatePurgeTask", { ZoneId: "zone-1", Type: "purge_url", Target: ["http://a.test/"] });
    // @ts-expect-error: a list, and not text
    tencent("CreatePurgeTask", { ZoneId: "zone-1", Type: "purge_url", Targets: "http://a.test/" });
    // @ts-expect-error: ZoneId is required
    tencent("CreatePurgeTask", { Type: "purge_all" });
  });

  test("what is right is sent as it stands", () => {
    expect(ali("POST", "PurgeCaches", { SiteId: "9223372036854775807", Force: "true" })).toEqual({
      method: "POST",
      action: "PurgeCaches",
      parameters: { SiteId: "9223372036854775807", Force: "true" },
    });
    expect(tencent("DescribeContentQuota", { ZoneId: "zone-1" })).toEqual({
      action: "DescribeContentQuota",
      parameters: { ZoneId: "zone-1" },
    });
  });
});

/** Of the operations that we call; `Shrink` and `Advance` are forms of the SDK's own. */
const ours =
  /(CacheTag|PurgeCaches|PreloadCaches|(Purge|Preload|Upload)Tasks?|UploadFile|PurgeQuota|GetSite|ListSites|RefreshTask|RefreshQuota|ObjectCaches?|FileUpload)(Request|ResponseBody)/;

test.each([
  ["esa", esa],
  ["cdn", cdn],
  ["dcdn", dcdn],
  ["openplatform", openPlatform],
])("every member of the %s SDK's models is named on the wire as we say", (_name, sdk) => {
  const members = Object.entries<unknown>(sdk).flatMap(([model, made]) => {
    if (!ours.test(model) || typeof made !== "function") return [];
    if (!("names" in made) || typeof made.names !== "function") return [];
    const names: unknown = made.names();
    return Object.entries(names ?? {}).map(([member, wire]) => ({ model, member, wire: String(wire) }));
  });
  expect(members.length).toBeGreaterThan(5);
  expect(members.filter(({ member, wire }) => `${member.charAt(0).toUpperCase()}${member.slice(1)}` !== wire)).toEqual(
    [],
  );
});

/** A model with everything, as a vendor would write it. */
interface Everything {
  Id?: number;
  Name?: string;
  Count?: string;
  Rest?: number;
  On?: boolean;
  Maybe?: boolean;
  Hosts?: string;
  Tasks?: string;
  Targets?: string[];
  Tags?: Record<string, string>;
  Items?: { Key?: string }[];
  One?: { Key?: string };
}

const item = row<{ Key?: string }>()({ Key: required("Its key.") });
const everything = row<Everything>()({
  Id: id("The id."),
  Name: named("title", text("The name.")),
  Count: count(),
  Rest: optionalCount(),
  On: flag(),
  Maybe: optionalFlag(),
  Hosts: texts(),
  Tasks: ids(),
  Targets: list(),
  Tags: textMap(),
  Items: rows(item),
  One: optional(item),
});

test("an answer in every manner becomes one form", () => {
  expect(
    everything.wire.parse({
      Id: "9223372036854775807",
      Name: 12,
      Count: "3",
      Rest: 0,
      On: true,
      Maybe: false,
      Hosts: "a.test, b.test,",
      Tasks: "1,2",
      Targets: ["x"],
      Tags: { a: 1 },
      Items: [{ Key: "k" }],
      One: { Key: "o" },
      Unknown: "ignored",
    }),
  ).toEqual({
    id: "9223372036854775807",
    title: "12",
    count: 3,
    rest: 0,
    on: true,
    maybe: false,
    hosts: ["a.test", "b.test"],
    tasks: ["1", "2"],
    targets: ["x"],
    tags: { a: "1" },
    items: [{ key: "k" }],
    one: { key: "o" },
  });
});

test.each([null, undefined])("what the vendor leaves out or writes as %s", (nothing) => {
  const rest = { Name: nothing, Rest: nothing, On: nothing, Maybe: nothing, Hosts: nothing, Targets: nothing };
  expect(
    everything.wire.parse({ Id: 1, Count: 0, Tasks: 7, ...rest, Tags: nothing, Items: nothing, One: nothing }),
  ).toEqual({
    id: "1",
    title: "",
    count: 0,
    rest: undefined,
    on: false,
    maybe: undefined,
    hosts: [],
    tasks: ["7"],
    targets: [],
    tags: {},
    items: [],
    one: undefined,
  });
});

test.each([
  {},
  { Id: null, Count: 1, Tasks: "1" },
  { Id: 1, Tasks: "1" },
  { Id: 1, Count: "many", Tasks: "1" },
  { Id: 1, Count: 1, Tasks: "1", Items: [{}] },
  { Id: 1, Count: 1 },
  { Id: 1, Count: 1, Tasks: "" },
])("%j lacks what the row needs", (answer) => {
  expect(everything.wire.safeParse(answer).success).toBe(false);
});

test("the outputs of functions are described by the same declaration", () => {
  expect(Object.keys(everything.outputs)).toEqual([
    "id",
    "title",
    "count",
    "rest",
    "on",
    "maybe",
    "hosts",
    "tasks",
    "targets",
    "tags",
    "items",
    "one",
  ]);
  expect(everything.outputs.title.description).toBe("The name.");
  expect(everything.output.safeParse(everything.wire.parse({ Id: 1, Count: 1, Tasks: "1" })).success).toBe(true);
});
