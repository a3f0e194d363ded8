/** Errors that CDN and DCDN share, texts as documented. */
import { ApiError } from "../../../ports/api-error.ts";
import { type Catalog, catalog, listed, merged, undocumented } from "../../../ports/catalog.ts";
import type { TextDefinition } from "../../../ports/settings.ts";
import { gatewayCatalog } from "../errors.ts";

const bad = (code: string, message: string): ApiError => new ApiError(400, code, message);
const forbidden = (code: string, message: string): ApiError => new ApiError(403, code, message);

export const overLimit = bad("SingleRequest.OverLimit", "A maximum of 1000 URLs are supported for each request.");
export const objectTypeMalformed = bad("InvalidObjectType.Malformed", "The specified ObjectType is invalid.");
export const objectPathMalformed = bad("InvalidObjectPath.Malformed", "The specified ObjectPath is invalid.");
export const objectPathSize = bad("InvalidObjectPath.Size.Malformed", "The size of ObjectPath is bigger than 1000.");
export const objectPathExceeds = bad(
  "InvalidObjectPath.ExceedsMaximum",
  "The number of URLs in ObjectPath exceeds the maximum.",
);
export const wildcardDomain = bad(
  "InvalidExtensiveDomain.ValueNotSupported",
  "The specified ExtensiveDomain is not supported.",
);
export const invalidParameters = bad("InvalidParameters", "The parameters you provided are invalid.");
export const refreshQuota = bad("QuotaExceeded.Refresh", "You've exceeded the prescribed refresh limits.");
export const preloadQuota = bad("QuotaExceeded.Preload", "You've exceeded the prescribed preload limits.");
export const minuteQuota = bad(
  "QuotaPerMinuteExceeded.Refresh",
  "You tried to refresh too frequently; please try again later.",
);
export const refreshQueueFull = bad("TooMany.Refresh", "The refresh queue is full; please try again later.");

export const preloadQueueFull = bad("PreloadQueueFull", "Preload queue is full, please try again later!");

export const domainOffline = new ApiError(404, "InvalidDomain.Offline", "The specified domain is offline.");
export const domainConfiguring = forbidden("ServiceBusy", "The specified Domain is configuring, please retry later.");
export const domainProtected = forbidden("DomainInProtectedMode", "The specified domain is in protected mode.");
export const operationDenied = forbidden(
  "OperationDenied",
  "Your account does not open the service, or the service is suspended.",
);
export const accountArrears = bad("AccountArrears", "Your account has overdue payments.");

export const taskIdMalformed = bad("InvalidTaskId.Malformed", "The specified taskId is invalid.");
export const missingObjectType = bad(
  "MissingParameter.ObjectType",
  "The ObjectType parameter is required if DomainName or ObjectType is specified.",
);
export const missingTime = bad("MissingTimeParameter", "The StartTime and EndTime must be both specified.");
export const startMalformed = bad("InvalidStartTime.Malformed", "The specified StartTime is invalid.");
export const endMalformed = bad("InvalidEndTime.Malformed", "The specified EndTime is invalid.");
export const startUnsupported = bad(
  "InvalidStartTime.ValueNotSupported",
  "The specified value of StartTime is not supported.",
);
export const endBeforeStart = bad("InvalidEndTime.Mismatch", "The specified EndTime is earlier than the StartTime.");
export const timeTooOld = bad("InvalidTime", "The query time cannot exceed the last 3 days.");
export const domainOverLimit = bad("DomainNameOverLimit", "A maximum of 500 domains are supported for each request.");
export const objectTypeUnsupported = bad(
  "InvalidObjectType.ValueNotSupported",
  "The specified value of ObjectType is not supported.",
);
export const statusUnsupported = bad(
  "InvalidStatus.ValueNotSupported",
  "The specified value of Status is not supported.",
);

export function foreignDomain(domain: string): ApiError {
  return new ApiError(404, "InvalidDomain.NotFound", `The domain [${domain}] does not belong to you.`);
}

export function missing(name: string): ApiError {
  return bad(
    "MissingParameter",
    `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
  );
}

const shared = merged(
  gatewayCatalog,
  listed([
    overLimit,
    objectTypeMalformed,
    objectPathMalformed,
    objectPathSize,
    objectPathExceeds,
    wildcardDomain,
    invalidParameters,
    refreshQuota,
    preloadQuota,
    minuteQuota,
    refreshQueueFull,
    preloadQueueFull,
    domainOffline,
    domainConfiguring,
    domainProtected,
    operationDenied,
    accountArrears,
    taskIdMalformed,
    missingObjectType,
    missingTime,
    startMalformed,
    endMalformed,
    startUnsupported,
    endBeforeStart,
    timeTooOld,
    domainOverLimit,
    objectTypeUnsupported,
    statusUnsupported,
    foreignDomain("example.com"),
  ]),
  catalog([
    [400, "InvalidStations.Malformed", "The specified Stations is invalid."],
    [400, "MissingParameter", "The input parameter that is mandatory for processing this request is not supplied."],
    [400, "IllegalOperationDomain", "The operation on the domain is not allowed."],
    [403, "SystemUpgrading", "The system is being upgraded."],
  ]),
);

/** All documented errors of a service: these and its own. */
export function refreshCatalog(own: Catalog): Catalog {
  return merged(shared, own);
}

/** Whose messages no document states. */
const unstated = [
  "InvalidDomain.Offline",
  "OperationDenied",
  "DomainInProtectedMode",
  "IllegalOperationDomain",
  "SystemUpgrading",
  "InvalidStartTime.Malformed",
  "InvalidEndTime.Malformed",
  "InvalidStartTime.ValueNotSupported",
  "InvalidObjectType.ValueNotSupported",
  "InvalidStatus.ValueNotSupported",
];

/** `own`: codes of the service's own whose messages no document states. */
export function refreshTexts(service: string, known: Catalog, own: readonly string[]): TextDefinition[] {
  return undocumented(service, known, [...unstated, ...own]);
}
