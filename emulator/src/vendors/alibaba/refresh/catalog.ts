/** Documented errors of CDN and DCDN. */
import { catalog, collected, gatewayCatalog, merged, undocumented } from "../../../ports/catalog.ts";
import * as errors from "./errors.ts";

const shared = merged(
  collected(errors),
  catalog([
    [404, "InvalidDomain.NotFound", "The domain [example.com] does not belong to you."],
    [400, "InvalidStations.Malformed", "The specified Stations is invalid."],
    [400, "MissingParameter", "The input parameter that is mandatory for processing this request is not supplied."],
    [400, "PreloadQueueFull", "Preload queue is full, please try again later!"],
    [400, "IllegalOperationDomain", "The operation on the domain is not allowed."],
    [403, "SystemUpgrading", "The system is being upgraded."],
  ]),
);

export const cdnCatalog = merged(
  gatewayCatalog,
  shared,
  catalog([
    [503, "Throttling", "Request was denied due to request throttling."],
    [403, "CdnServiceNotFound", "The CDN service is not opened."],
    [403, "IllegalOperation", "The operation is not allowed."],
    [500, "InvalidDomain.Configure_failed", "The domain could not be configured."],
  ]),
);

export const dcdnCatalog = merged(
  gatewayCatalog,
  shared,
  catalog([[429, "TooManyRequests", "Too many requests, please try again later."]]),
);

const sharedCodes = [
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
export const cdnTexts = undocumented("cdn", cdnCatalog, [
  ...sharedCodes,
  "CdnServiceNotFound",
  "IllegalOperation",
  "InvalidDomain.Configure_failed",
]);
export const dcdnTexts = undocumented("dcdn", dcdnCatalog, [
  ...sharedCodes,
  "InvalidObjectPath.ExceedsMaximum",
  "QuotaExceeded.Preload",
  "AccountArrears",
  "TooManyRequests",
]);
