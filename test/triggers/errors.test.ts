/**
 * Every error code of the vendors' pages for the five operations this product
 * began with: driven through the real client against the emulator, and written
 * to docs/errors.md. `npx vitest run -u` writes the page; else it must agree.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import { systemClock, type Clock } from "../../provider/src/core/clock.ts";
import { Fault, type FaultKind } from "../../provider/src/core/errors.ts";
import { toFault as alibabaFault } from "../../provider/src/clouds/alibaba/errors.ts";
import { refreshCodes } from "../../provider/src/clouds/alibaba/refresh/errors.ts";
import { esaCodes } from "../../provider/src/clouds/alibaba/esa/errors.ts";
import { toFault as tencentFault } from "../../provider/src/clouds/tencent/errors.ts";
import type { Resource } from "../../provider/src/engine/define/index.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import * as dcdn from "../../provider/src/clouds/alibaba/dcdn/index.ts";
import * as esa from "../../provider/src/clouds/alibaba/esa/index.ts";
import * as teo from "../../provider/src/clouds/tencent/teo/index.ts";
import { JumpClock, Traffic } from "../reliability/clock.ts";
import { ask, contextOf, resourceOf, Stack, type TestContext } from "./world.ts";

interface Page {
  readonly cloud: "ESA" | "DCDN" | "CDN" | "EdgeOne";
  readonly action: string;
  /** `400 Code: the vendor's text`. */
  readonly codes: readonly string[];
  readonly call: (context: TestContext, time: Time) => Promise<unknown>;
}

/** Waits of minutes take no time. */
interface Time {
  readonly clock: Clock;
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
}

const siteId = "5407498413000";
const url = (host: string) => ({ targets: [`https://${host}/a`], contentHash: "1" });

const pages: readonly Page[] = [
  {
    cloud: "ESA",
    action: "UpdateCacheTag",
    codes: [
      "400 SiteConfigLengthExceedLimit: The overall configuration size of the site exceeds the limit, and the total size of all functional configurations of the site cannot exceed 512K.",
      "400 ConfigConflicts: Configuration conflicts, usually when multiple configurations are configured under the same function of the same site, such as duplicate rule names between multiple configurations.",
      "400 ArgQuotaCheckFailed: The passed-in parameter value failed to verify the validity of the plan. Please check the plan document to obtain the range of parameters that can be configured for the site plan.",
      "400 ServiceInvokeFailed: The call to the internal service failed. The engineer is resolving the problem. Please wait a moment before trying, or contact customer service for details.",
      "400 FunctionConflict: The feature configuration conflicts. Sites with version management enabled cannot configure this feature.",
      "400 SpecifiedVersionReadOnly: The specified version number is read-only and cannot be modified.",
      "400 VersionNotValid: The site does not have version management enabled, or the version number passed in does not exist.",
      "400 InternalException: Failed to call the service. Try again later or contact technical support.",
      "400 InvalidParameter.ArgName: Invalid ArgName. Check your website configuration parameters and make sure that they match the supported features and parameter names listed in the official documentation.",
      "400 InvalidParameter.ArgValue: Invalid parameter value. Check whether the value format and length meet the requirements.",
      "400 InvalidParameter.Configs: Invalid parameter configurations. Check whether your feature configurations are in the valid format and comply with relevant requirements.",
      "400 InstanceNotExist: The instance does not exist. Check whether the specified instance ID is correct or whether the instance belongs to your account.",
      "400 LockFailed: The system is handling requests you previously submitted. Try again later.",
      "400 IllegalOperation.VersionManagement: The version management operation failed because incompatible features or environment settings are configured. Adjust your configurations and try again.",
      "400 QuotaCheckFailed.VersionManagement: Insufficient quota for version management. Contact technical support.",
      "400 Instance.NotOnline: Your plan is unavailable due to an overdue payment. Complete the payment first.",
      "404 SiteNotFound: The website does not exist or does not belong to you.",
    ],
    call: (context, { clock, during }) =>
      new Stack(resourceOf(esa, "edgecache:esa:CacheTagConfig"), context, clock, during).up({
        siteId,
        tagName: "Mine",
      }),
  },
  {
    cloud: "DCDN",
    action: "RefreshErObjectCaches",
    codes: refreshPage(),
    call: (context, time) =>
      purge(resourceOf(dcdn, "edgecache:dcdn:EdgeRoutinePurgeTrigger"), context, time, url("er.example.com")),
  },
  {
    cloud: "EdgeOne",
    action: "CreatePurgeTask",
    codes: [
      "200 InternalError.BackendError: Server error.",
      "200 InternalError.DomainConfig: Failed to get configuration",
      "200 InternalError.ProxyServer: An unknown error occurred in the backend server.",
      "200 InternalError.QuotaSystem: Server error.",
      "200 InvalidParameter.DomainNotFound: The domain name does not exist or is not belong to this account.",
      "200 InvalidParameter.ParameterError: Parameter error: Invalid “End time”. The interval between the start and end time cannot exceed 7 days.",
      "200 InvalidParameter.Target: Resource error",
      "200 InvalidParameter.TaskNotGenerated: Failed to create the task",
      "200 InvalidParameter.UploadUrl: Invalid file upload link.",
      "200 LimitExceeded.BatchQuota: Reached the upper limit of resource number",
      "200 LimitExceeded.DailyQuota: Reached the daily upper limit of resource number",
      "200 LimitExceeded.PackNotAllow: Not supported by the plan.",
      "200 UnauthorizedOperation.CamUnauthorized: CAM is not authorized.",
      "200 UnauthorizedOperation.NoPermission: The sub-account is not authorized for the operation. Please get permissions first.",
      "200 UnauthorizedOperation.Unknown: An unknown error occurred in the backend server.",
    ],
    call: (context, time) =>
      purge(resourceOf(teo, "edgecache:teo:PurgeTrigger"), context, time, {
        zoneId: "zone-2o1xvpmq7nn1",
        type: "purge_url",
        ...url("www.example.net"),
      }),
  },
  {
    cloud: "ESA",
    action: "ListUploadTasks",
    codes: [
      "400 MissingTimeParameter: The StartTime and EndTime must be both specified.",
      "400 InvalidEndTime.Mismatch: The specified EndTime is earlier than the StartTime.",
      "400 DomainNameOverLimit: A maximum of 500 domains are supported for each request.",
      "400 InvalidTime: The query time cannot exceed the last 3 days.",
      "400 MissingParameter.ObjectType: The ObjectType parameter is required if DomainName or ObjectType is specified.",
      "400 InvalidStationParameter: The specified Station is invalid.",
      "400 TooManyRequests: Too many requests.Please try again later.",
      "400 InvalidTaskId.Malformed: The specified taskId is invalid.",
      "400 InvalidParameters.InvalidUrls: The specified urls are invalid.",
    ],
    call: (context, { during }) => during(() => ask(esa, "edgecache:esa:getUploadTasks", context, { siteId })),
  },
  {
    cloud: "CDN",
    action: "RefreshObjectCaches",
    codes: refreshPage(),
    call: (context, time) =>
      purge(resourceOf(cdn, "edgecache:cdn:PurgeTrigger"), context, time, {
        type: "File",
        ...url("cdn.example.com"),
      }),
  },
];

/** RefreshErObjectCaches' own list; RefreshObjectCaches' page names none and points to the same codes. */
function refreshPage(): string[] {
  return [
    "400 SingleRequest.OverLimit: A maximum of 1000 URLs are supported for each request.",
    "400 InvalidObjectType.Malformed: The specified ObjectType is invalid.",
    "400 InvalidObjectPath.Malformed: The specified ObjectPath is invalid.",
    "400 InvalidObjectPath.Size.Malformed: The size of ObjectPath is bigger than 1000.",
    "400 QuotaExceeded.Refresh: You've exceeded the prescribed refresh limits.",
    "400 InvalidExtensiveDomain.ValueNotSupported: The specified ExtensiveDomain is not supported.",
    "400 QuotaPerMinuteExceeded.Refresh: You tried to refresh too frequently; please try again later.",
    "400 TooMany.Refresh: The refresh queue is full; please try again later.",
    "400 PreloadQueueFull: Preload queue is full, please try again later!",
    "400 InvalidStations.Malformed: The specified Stations is invalid.",
    "400 InvalidParameters: The parameters you provided are invalid.",
  ];
}

async function purge<C>(
  resource: Resource<C>,
  context: C,
  { clock, during }: Time,
  program: Parameters<Stack<C>["up"]>[0],
): Promise<void> {
  const stack = new Stack(resource, context, clock, during);
  const { problems } = await stack.up({ ...program, wait: false }, { timeoutMs: 600_000 });
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

const meaning: Readonly<Record<FaultKind, string>> = {
  throttled: "asked too often",
  transient: "passing trouble",
  quota: "quota or plan",
  auth: "credentials or permission",
  notFound: "does not exist",
  invalid: "wrong request",
  ambiguous: "no answer",
  unknown: "unknown",
};

function kindOf(cloud: Page["cloud"], action: string, code: string, statusCode: number, message: string): FaultKind {
  const thrown = Object.assign(new Error(message), { code, statusCode, requestId: "r" });
  if (cloud === "EdgeOne") return tencentFault(thrown, action, "host").kind;
  return alibabaFault(thrown, { cloud, action, endpoint: "host", codes: cloud === "ESA" ? esaCodes : refreshCodes })
    .kind;
}

let emulator: Emulator;
const traffic = new Traffic();
beforeAll(async () => {
  // Clients sign with their own time, which is ahead.
  emulator = await startEmulator({ limits: { "auth.acs3WindowMs": 1e12, "auth.tc3WindowMs": 1e12 } });
});
afterAll(async () => {
  traffic[Symbol.dispose]();
  await emulator.close();
});

test("docs/errors.md", { timeout: 60_000 }, async () => {
  const lines = [
    "# What each error means",
    "",
    "Every code that the vendors' pages list for the five operations this provider began with. Each row was driven by a",
    "test through the provider and the vendor's SDK against the emulator; `test/triggers/errors.test.ts` writes this page.",
    "",
    "Passing trouble and throttling are outlasted; the message is what is read when they last longer than the deadline",
    "(passing trouble: two minutes, if that is sooner). Everything else fails at once, with the message.",
  ];
  let tenants = 0;
  for (const page of pages) {
    lines.push(
      "",
      `## ${page.cloud} ${page.action}`,
      "",
      "| HTTP | Code | Means | Tried again | What the user reads |",
      "|---|---|---|---|---|",
    );
    // Loads the vendor's SDK, while which no clock should jump.
    const first = contextOf(await (await emulator.control.createTenant(`e${++tenants}`)).configuration());
    await page.call(first, { clock: systemClock, during: (work) => work() });
    const rows = await Promise.all(
      page.codes.map(async (row) => {
        const [, status = "", code = "", text = ""] = /^(\d+) ([\w.]+): (.*)$/.exec(row) ?? [];
        /** What becomes of the call when the vendor answers so `count` times. */
        const drive = async (count: number): Promise<{ message: string; sent: number }> => {
          const control = await emulator.control.createTenant(`e${++tenants}`);
          const clock = new JumpClock(traffic);
          const context = contextOf(await control.configuration(), clock.of(control));
          const fault = { kind: "error", action: page.action, code, status: Number(status), message: text } as const;
          await control.faults.add({ ...fault, count });
          const time: Time = { clock: clock.of(control), during: (work) => clock.during(work) };
          const message = await page.call(context, time).then(
            () => "",
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
          );
          return { message, sent: (await control.requests.find({ action: page.action })).length };
        };
        const kind = kindOf(page.cloud, page.action, code, Number(status), text);
        expect(kind).not.toBe("unknown");
        const passing = kind === "throttled" || kind === "transient";
        const once = await drive(1);
        const { message, sent } = await drive(1_000);
        const again = { outlasted: once.message === "", sent: sent > 1 };
        expect({ code, ...again }).toEqual({ code, outlasted: passing, sent: passing });
        expect({ code, message }).toEqual({ code, message: expect.stringContaining(code) });
        const read = message.replaceAll(/ ?\(request id [^)]*\)/g, "").replaceAll("|", "\\|");
        return `| ${status} | \`${code}\` | ${meaning[kind]} | ${passing ? "yes" : "no"} | ${read} |`;
      }),
    );
    lines.push(...rows);
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../../docs/errors.md");
});

test("a code that no table knows is told as it is", async () => {
  const control = await emulator.control.createTenant("unknown");
  await control.faults.add({
    kind: "error",
    action: "GetSite",
    code: "Brand.New",
    status: 400,
    message: "Something new.",
    count: 9,
  });
  const asked = ask(esa, "edgecache:esa:getSite", contextOf(await control.configuration()), { siteId });
  await expect(asked).rejects.toThrow(/^ESA GetSite failed: Brand\.New: Something new \(request id .*\)\.$/);
  await expect(asked).rejects.toBeInstanceOf(Fault);
});
