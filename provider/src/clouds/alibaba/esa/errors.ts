/**
 * ESA's own codes. Sources: the UpdateCacheTag and ListUploadTasks pages of
 * https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-updatecachetag,
 * the product's list api-esa-2024-09-10-errorcodes, read 2026-11-22.
 */
import type { CodeTable } from "../errors.ts";

const siteHint = "Check siteId: the site must exist and belong to the account of these credentials.";
const versionHint =
  "Check siteVersion: it is 0 unless version management is on, and a version in a read-only environment cannot be changed.";

const settingHint = "Check tagName and caseInsensitive against what the site's plan allows.";

export const esaCodes: CodeTable = {
  SiteNotFound: { kind: "notFound", blames: "call", hint: siteHint },
  ActiveSiteNotExist: { kind: "notFound", blames: "call", hint: siteHint },
  InstanceNotExist: {
    kind: "notFound",
    blames: "call",
    hint: "The plan of the site is gone; check it in the ESA console.",
  },
  LockFailed: { kind: "transient" },
  ServiceInvokeFailed: { kind: "ambiguous" },
  // HTTP 400, yet documented as "try again later".
  InternalException: { kind: "ambiguous" },
  "Site.ServiceBusy": { kind: "transient" },
  ConfigConflicts: {
    kind: "invalid",
    hint: "Something of the kind is configured already; look at the site in the ESA console.",
  },
  ArgQuotaCheckFailed: {
    kind: "quota",
    hint: "Leave the setting at its default, or move the site to a plan that allows it.",
  },
  SiteConfigLengthExceedLimit: {
    kind: "quota",
    hint: "Remove rules that the site does not need.",
  },
  FunctionConflict: { kind: "invalid", blames: "call", hint: "Another feature of the site excludes this one." },
  SpecifiedVersionReadOnly: { kind: "invalid", blames: "call", hint: versionHint },
  VersionNotValid: { kind: "invalid", blames: "call", hint: versionHint },
  "InvalidParameter.ArgName": { kind: "invalid", hint: settingHint },
  "InvalidParameter.ArgValue": { kind: "invalid", hint: settingHint },
  "InvalidParameter.Configs": { kind: "invalid", hint: settingHint },
  "IllegalOperation.VersionManagement": { kind: "invalid", hint: versionHint },
  "QuotaCheckFailed.VersionManagement": { kind: "quota", hint: "The plan of the site has no version management." },
  "Instance.NotOnline": { kind: "quota", hint: "Pay what is due in the billing console; then run `pulumi up` again." },
  InvalidContent: { kind: "invalid", blames: "call" },
  "InvalidParameter.RecordNotBelongToSite": {
    kind: "invalid",
    blames: "host",
    hint: "The host must be a proxied record of this site.",
  },
  MissingTimeParameter: { kind: "invalid" },
  "InvalidEndTime.Mismatch": { kind: "invalid" },
  DomainNameOverLimit: { kind: "invalid" },
  InvalidTime: { kind: "invalid", hint: "The vendor answers for the last 3 days only." },
  "MissingParameter.ObjectType": { kind: "invalid" },
  InvalidStationParameter: { kind: "invalid" },
  TooManyRequests: { kind: "throttled" },
  "InvalidTaskId.Malformed": { kind: "invalid" },
  "InvalidParameters.InvalidUrls": { kind: "invalid", hint: "URLs need http:// or https:// and a host of this site." },
  InvalidParameters: { kind: "invalid" },
  ExceedFileUpload: { kind: "invalid", blames: "size", hint: "A file may have 10 MB at most." },
};
