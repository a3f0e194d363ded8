/**
 * Each parameter and each field of the vendors' pages for the five operations
 * this product began with → the property by which a program reaches it. The
 * package schema is the witness; docs/coverage.md is written here.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { expect, test } from "vitest";

type Rows = Readonly<Record<string, string>>;
interface Page {
  readonly cloud: string;
  readonly action: string;
  readonly token: string;
  readonly request: Rows;
  readonly response: Rows;
  /** What every call carries and no program gives. */
  readonly fixed?: Rows;
  /** Parameter → the page's values for it. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

const receipts = { RefreshTaskId: "tasks[].taskId", RequestId: "tasks[].requestId" };

const pages: readonly Page[] = [
  {
    cloud: "ESA",
    action: "UpdateCacheTag",
    token: "edgecache:esa:CacheTagConfig",
    request: { SiteId: "siteId", TagName: "tagName", CaseInsensitive: "caseInsensitive", SiteVersion: "siteVersion" },
    response: { RequestId: "requestId" },
    values: { CaseInsensitive: ["on", "off"] },
  },
  {
    cloud: "DCDN",
    action: "RefreshErObjectCaches",
    token: "edgecache:dcdn:EdgeRoutinePurgeTrigger",
    request: {
      ObjectPath: "targets",
      ObjectType: "type",
      RoutineId: "routineId",
      MergeDomainName: "mergeDomainName",
      Force: "force",
    },
    response: receipts,
    values: { ObjectType: ["File", "Directory", "Regex", "IgnoreParams"] },
  },
  {
    cloud: "EdgeOne",
    action: "CreatePurgeTask",
    token: "edgecache:teo:PurgeTrigger",
    request: {
      ZoneId: "zoneId",
      Type: "type",
      Method: "method",
      "Targets.N": "targets",
      CacheTag: "cacheTagDomains",
      EncodeUrl: "encodeUrl",
    },
    response: {
      JobId: "tasks[].taskId",
      "FailedList[].Targets": "owed[].target",
      "FailedList[].Reason": "owed[].reason",
      RequestId: "tasks[].requestId",
    },
    fixed: {
      Action: "the resource itself",
      Version: "the provider: 2022-09-01",
      Region: "not needed, says the page; not sent",
    },
    values: {
      Type: ["purge_url", "purge_prefix", "purge_host", "purge_all", "purge_cache_tag"],
      Method: ["invalidate", "delete"],
    },
  },
  {
    cloud: "ESA",
    action: "ListUploadTasks",
    token: "edgecache:esa:getUploadTasks",
    request: { SiteId: "siteId", Type: "type", StartTime: "startTime", EndTime: "endTime" },
    response: {
      RequestId: "requestId",
      "Tasks[].UploadTaskName": "tasks[].uploadTaskName",
      "Tasks[].UploadId": "tasks[].uploadId",
      "Tasks[].CreateTime": "tasks[].createTime",
      "Tasks[].Status": "tasks[].status",
      "Tasks[].Type": "tasks[].type",
      "Tasks[].Description": "tasks[].description",
      "Tasks[].ErrorCode": "tasks[].errorCode",
    },
    values: { Type: ["file", "preload", "directory", "ignoreparams"] },
  },
  {
    cloud: "CDN",
    action: "RefreshObjectCaches",
    token: "edgecache:cdn:PurgeTrigger",
    request: { ObjectPath: "targets", ObjectType: "type", Force: "force" },
    response: receipts,
    fixed: { Action: "the resource itself" },
    values: { ObjectType: ["File", "Directory"] },
  },
];

const reference = z.object({
  $ref: z.string().optional(),
  description: z.string().optional(),
  items: z.object({ $ref: z.string().optional() }).optional(),
});
const properties = z.record(z.string(), reference);
const schema = z
  .object({
    resources: z.record(z.string(), z.object({ inputProperties: properties, properties })),
    functions: z.record(z.string(), z.object({ inputs: z.object({ properties }), outputs: z.object({ properties }) })),
    types: z.record(
      z.string(),
      z.object({
        properties: properties.optional(),
        enum: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]) })).optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync("provider/schema.json", "utf8")));

function sides(token: string): { inputs: z.output<typeof properties>; outputs: z.output<typeof properties> } {
  const resource = schema.resources[token];
  if (resource !== undefined) return { inputs: resource.inputProperties, outputs: resource.properties };
  const found = schema.functions[token];
  if (found === undefined) throw new Error(`the schema has no ${token}`);
  return { inputs: found.inputs.properties, outputs: found.outputs.properties };
}

function reaches(from: z.output<typeof properties>, path: string): boolean {
  const [name = "", inner] = path.split("[].");
  const property = from[name];
  if (property === undefined || inner === undefined) return property !== undefined;
  const type = property.items?.$ref?.replace("#/types/", "");
  return type !== undefined && schema.types[type]?.properties?.[inner] !== undefined;
}

/** The values that a program may give; of a property that is plain text, those its description names. */
function valuesOf(from: z.output<typeof properties>, path: string): string[] {
  const property = from[path];
  const type = schema.types[property?.$ref?.replace("#/types/", "") ?? ""];
  const named = (property?.description ?? "").matchAll(/`([^`]+)`/g);
  return type?.enum?.map(({ value }) => String(value)) ?? [...named].flatMap(([, value]) => value ?? []);
}

test("docs/coverage.md", async () => {
  const lines = [
    "# What of the vendors' pages a program reaches",
    "",
    "Each request parameter and each response field of the five operations this provider began with, and the property",
    "that carries it. `test/triggers/coverage.test.ts` checks each against the package schema and writes this page.",
  ];
  for (const { cloud, action, token, request, response, fixed = {}, values = {} } of pages) {
    const { inputs, outputs } = sides(token);
    for (const path of Object.values(request))
      expect({ token, path, there: reaches(inputs, path) }).toMatchObject({ there: true });
    for (const path of Object.values(response))
      expect({ token, path, there: reaches(outputs, path) }).toMatchObject({ there: true });
    lines.push("", `## ${cloud} ${action} → \`${token}\``, "", "| Page | Name | Property |", "|---|---|---|");
    lines.push(...Object.entries(fixed).map(([name, by]) => `| request | ${name} | ${by} |`));
    for (const [name, path] of Object.entries(request)) {
      const wanted = values[name] ?? [];
      // ListUploadTasks alone writes its types in lower case.
      const taken = valuesOf(inputs, path).filter((value) =>
        wanted.some((word) => word === value || word === value.toLowerCase()),
      );
      expect({ token, path, values: taken.length }).toEqual({ token, path, values: wanted.length });
      const choice = taken.length === 0 ? "" : `: ${taken.map((value) => `\`${value}\``).join(", ")}`;
      lines.push(`| request | ${name} | \`${path}\`${choice} |`);
    }
    lines.push(...Object.entries(response).map(([name, path]) => `| response | ${name} | \`${path}\` |`));
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../docs/coverage.md");
});
