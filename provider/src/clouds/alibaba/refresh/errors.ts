/**
 * Codes that CDN and DCDN share. Sources: the RefreshObjectCaches and
 * RefreshErObjectCaches pages, the products' error lists
 * (https://help.aliyun.com/document_detail/452794.html), read 2026-11-22.
 */
import type { CodeTable } from "../errors.ts";

/** The window is a minute for each domain; coming back sooner is refused again. */
const minute = 60_000;
/** `quotaResets`: see `RefreshProduct`. */
export function refreshCodes(quotaResets: string | undefined): CodeTable {
  const when = quotaResets === undefined ? "" : `; it resets ${quotaResets}`;
  const hint = `The daily quota is used up${when}. Purge a directory instead of its files, or ask the vendor for more.`;
  return {
    ...codes,
    "QuotaExceeded.Refresh": { kind: "quota", hint },
    "QuotaExceeded.Preload": { kind: "quota", hint },
  };
}

const codes: CodeTable = {
  "SingleRequest.OverLimit": { kind: "invalid", blames: "size" },
  "InvalidObjectType.Malformed": { kind: "invalid", blames: "call" },
  "InvalidObjectPath.Malformed": {
    kind: "invalid",
    hint: "One bad URL fails the whole call; check scheme and encoding of each.",
  },
  "InvalidObjectPath.Size.Malformed": { kind: "invalid" },
  "InvalidObjectPath.ExceedsMaximum": { kind: "invalid" },
  "InvalidExtensiveDomain.ValueNotSupported": {
    kind: "invalid",
    blames: "host",
    hint: "Wildcard domains are not supported; name each host.",
  },
  "InvalidStations.Malformed": { kind: "invalid", blames: "call" },
  InvalidParameters: { kind: "invalid" },
  MissingParameter: { kind: "invalid", blames: "call" },
  "QuotaPerMinuteExceeded.Refresh": { kind: "throttled", retryAfterMs: minute, window: "domain" },
  "TooMany.Refresh": { kind: "throttled", retryAfterMs: minute },
  PreloadQueueFull: { kind: "throttled", retryAfterMs: minute },
  TooManyRequests: { kind: "throttled" },
  "InvalidDomain.NotFound": {
    kind: "notFound",
    blames: "host",
    hint: "The domain must be one of this account's accelerated domains.",
  },
  "InvalidDomain.Offline": { kind: "invalid", blames: "host", hint: "The domain is offline; start it in the console." },
  "InvalidDomain.Configure_failed": { kind: "transient" },
  OperationDenied: { kind: "auth", hint: "The service is not opened, or suspended for this account." },
  CdnServiceNotFound: { kind: "auth", hint: "Open the CDN service for this account first." },
  AccountArrears: { kind: "auth", hint: "Settle the account's overdue payments." },
  // Does not say what is not allowed.
  IllegalOperation: { kind: "unknown" },
  IllegalOperationDomain: { kind: "invalid", blames: "host" },
  DomainInProtectedMode: { kind: "invalid", blames: "host" },
  ServiceBusy: { kind: "transient" },
  SystemUpgrading: { kind: "transient" },
  "InvalidTaskId.Malformed": { kind: "invalid" },
  MissingTimeParameter: { kind: "invalid" },
  "InvalidEndTime.Mismatch": { kind: "invalid" },
  DomainNameOverLimit: { kind: "invalid" },
  InvalidTime: { kind: "invalid", hint: "The vendor answers for the last 3 days only." },
  "MissingParameter.ObjectType": { kind: "invalid" },
  "InvalidStartTime.Malformed": { kind: "invalid" },
  "InvalidEndTime.Malformed": { kind: "invalid" },
  "InvalidStartTime.ValueNotSupported": { kind: "invalid" },
  "InvalidObjectType.ValueNotSupported": { kind: "invalid" },
  "InvalidStatus.ValueNotSupported": { kind: "invalid" },
};
