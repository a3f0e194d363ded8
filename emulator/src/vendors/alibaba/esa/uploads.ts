/**
 * Files with a target per line: UploadFile, SubmitUploadTask, GetUploadTask, ListUploadTasks, GetFailFile.
 * The lines are judged when the task starts; what is good is purged or fetched like any other target.
 */
import { isoSeconds } from "../../../clock/time.ts";
import { ApiError } from "../../../ports/api-error.ts";
import type { AlibabaCall, AlibabaOperation } from "../operation.ts";
import { CallFaults } from "../../../ports/faults.ts";
import { httpHost } from "../../urls.ts";
import type { Esa } from "./context.ts";
import * as errors from "./errors.ts";
import { timeRange } from "./listing.ts";
import { startPreload, takePreloadQuota } from "./preload.ts";
import { takeQuota } from "./purge.ts";
import * as set from "./settings.ts";
import { type Site, ownSite, servesHost } from "./sites.ts";
import {
  type LineProblem,
  type Upload,
  type UploadStatus,
  type UploadType,
  problems,
  readLines,
  statusOf,
  uploadTypes,
} from "./upload.ts";

export function uploadFile(esa: Esa): AlibabaOperation {
  return {
    methods: ["POST"],
    perSecond: set.perSecond,
    async run(call) {
      const { clock, random, settings, storage } = esa.tenant;
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      const type = uploadType(call.params.required("Type"));
      const name = call.params.required("UploadTaskName");
      const url = call.params.required("Url");
      if (!/^https?:\/\/\S+$/.test(url)) throw errors.invalidUrls;
      const content = await (settings.switch(set.uploadSource) === "network" ? storage.fetch(url) : storage.read(url));
      if (content && content.byteLength > settings.limit(set.uploadBytes)) throw errors.fileTooLarge;
      const upload: Upload = {
        // sixteen digits, below 2^53 because UploadFile answers a JSON number
        id: `1${random.digits(15)}`,
        account: call.account,
        siteId: site.siteId,
        name,
        type,
        createdAt: clock.now(),
        lines: content ? readLines(content) : [],
        startedAt: undefined,
        completesAt: null,
        failed: [],
        failFile: undefined,
      };
      esa.uploads.set(upload.id, upload);
      if (settings.switch(set.uploadStart) === "auto") start(esa, site, upload, false, call);
      return { UploadId: BigInt(upload.id) };
    },
  };
}

export function submitUploadTask(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    permission: set.submitUploadPermission,
    run(call) {
      const { site, upload } = ownUpload(esa, call);
      const force = call.params.boolean("Force", false);
      if (upload.startedAt === undefined) start(esa, site, upload, force, call);
      else if (esa.tenant.settings.switch(set.uploadResubmit) === "refuse") throw alreadySubmitted;
      else if (force) purgeLines(esa, site, upload, force, call);
      return { UploadId: BigInt(upload.id) };
    },
  };
}

const alreadySubmitted = new ApiError(400, "InvalidParameters", "The upload task has already been submitted.");

export function getUploadTask(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    run(call) {
      const { upload } = ownUpload(esa, call);
      return { Status: statusOf(upload, esa.tenant.clock.now()), Description: describe(esa, upload) };
    },
  };
}

export function getFailFile(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    run(call) {
      const { upload } = ownUpload(esa, call);
      const status = statusOf(upload, esa.tenant.clock.now());
      if (status !== "partial" && status !== "fail") throw errors.invalidParameters;
      upload.failFile ??= esa.tenant.storage.publish(upload.failed.map(({ line }) => `${line}\n`).join(""));
      return { DownloadLink: upload.failFile };
    },
  };
}

export function listUploadTasks(esa: Esa): AlibabaOperation {
  return {
    methods: ["GET", "POST"],
    perSecond: set.perSecond,
    run(call) {
      const { clock, settings } = esa.tenant;
      const now = clock.now();
      const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
      // "Earlier than" is refused, says this page: both may be the same second.
      const range = timeRange(call.params, now, settings.limit(set.historyMs), "nothing");
      if (!range) throw errors.missingTime;
      const type = call.params.get("Type");
      if (type && !uploadTypes.some((known) => known.toLowerCase() === type.toLowerCase()))
        throw errors.invalidParameters;
      const listed = [...esa.uploads.values()].filter(
        (upload) =>
          upload.siteId === site.siteId &&
          now - upload.createdAt >= settings.limit(set.listingDelayMs) &&
          upload.createdAt >= range.start &&
          upload.createdAt < range.end + 1000 &&
          (!type || upload.type.toLowerCase() === type.toLowerCase()),
      );
      return {
        Tasks: listed.toReversed().map((upload) => ({
          UploadTaskName: upload.name,
          UploadId: upload.id,
          CreateTime: isoSeconds(upload.createdAt),
          Status: listedStatus(esa, statusOf(upload, now)),
          // lower case here, unlike everywhere else
          Type: upload.type.toLowerCase(),
          Description: describe(esa, upload),
          ErrorCode: problems(upload).join(","),
        })),
      };
    },
  };
}

function uploadType(text: string): UploadType {
  const type = uploadTypes.find((known) => known === text);
  if (!type) throw errors.invalidParameters;
  return type;
}

function ownUpload(esa: Esa, call: AlibabaCall): { site: Site; upload: Upload } {
  const site = ownSite(esa.sites, call.params.requiredId("SiteId"), call.account);
  const upload = esa.uploads.get(call.params.get("UploadId") ?? "");
  if (!upload || upload.siteId !== site.siteId) throw errors.invalidParameters;
  return { site, upload };
}

function start(esa: Esa, site: Site, upload: Upload, force: boolean, call: AlibabaCall): void {
  const { clock, settings } = esa.tenant;
  const now = clock.now();
  upload.startedAt = now;
  upload.completesAt = call.faults.has("taskStuck") ? null : now + settings.limit(set.uploadMs);
  for (const line of upload.lines) {
    const problem = call.faults.failing(line, "row") ? "OtherErrors" : judge(esa, site, upload.type, line);
    if (problem) upload.failed.push({ line, problem });
  }
  if (upload.type !== "preload") return purgeLines(esa, site, upload, force, call);
  const good = goodLines(upload);
  if (good.length === 0 || upload.completesAt === null) return;
  const as = { account: upload.account, requestId: call.requestId, faults: new CallFaults([]) };
  startPreload(esa, as, site, good, {});
}

function goodLines({ lines, failed }: Upload): string[] {
  const bad = new Set(failed.map(({ line }) => line));
  return lines.filter((line) => !bad.has(line));
}

function purgeLines(esa: Esa, site: Site, upload: Upload, force: boolean, call: AlibabaCall): void {
  const { type, completesAt } = upload;
  const good = goodLines(upload);
  if (type === "preload" || completesAt === null || good.length === 0) return;
  const by = { file: "url", directory: "prefix", ignoreParams: "ignoreParams" } as const;
  esa.tenant.edge.purge({
    requestId: call.requestId,
    matches: good.map((url) => ({ by: by[type], url })),
    hosts: site.records,
    mode: force || type === "file" ? "delete" : "invalidate",
    from: upload.startedAt ?? completesAt,
    until: completesAt,
  });
}

function judge(esa: Esa, site: Site, type: UploadType, line: string): LineProblem | undefined {
  const host = httpHost(line);
  if (host === undefined || (type === "directory" && !line.endsWith("/"))) return "InvalidUrl";
  if (!servesHost(site, host)) return "InvalidDomain";
  if (type === "preload") return takePreloadQuota(esa, site, 1) ? undefined : "QuotaExcess";
  try {
    takeQuota(esa, site, type, 1);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return "QuotaExcess";
    throw error;
  }
}

function listedStatus(esa: Esa, status: UploadStatus): string {
  if (status === "success") return "Complete";
  if (status === "fail") return "Failed";
  if (status === "partial") return esa.tenant.settings.switch(set.partialListedAs);
  return "Refreshing";
}

function describe({ tenant: { settings } }: Esa, { failed, lines }: Upload): string {
  if (lines.length === 0) return settings.text(set.uploadUnreadable);
  if (failed.length === 0) return "";
  const text = settings.text(set.uploadLinesFailed);
  return text.replace("{failed}", String(failed.length)).replace("{lines}", String(lines.length));
}
