/** Documented errors of CDN and DCDN. */
import { catalog, gatewayCatalog, merged } from "../catalog.ts";

const shared = catalog([
  [400, "SingleRequest.OverLimit", "A maximum of 1000 URLs are supported for each request."],
  [400, "InvalidObjectType.Malformed", "The specified ObjectType is invalid."],
  [400, "InvalidObjectPath.Malformed", "The specified ObjectPath is invalid."],
  [400, "InvalidObjectPath.Size.Malformed", "The size of ObjectPath is bigger than 1000."],
  [400, "InvalidExtensiveDomain.ValueNotSupported", "The specified ExtensiveDomain is not supported."],
  [400, "InvalidStations.Malformed", "The specified Stations is invalid."],
  [400, "InvalidParameters", "The parameters you provided are invalid."],
  [400, "MissingParameter", "The input parameter that is mandatory for processing this request is not supplied."],
  [400, "QuotaExceeded.Refresh", "You've exceeded the prescribed refresh limits."],
  [400, "QuotaPerMinuteExceeded.Refresh", "You tried to refresh too frequently; please try again later."],
  [400, "TooMany.Refresh", "The refresh queue is full; please try again later."],
  [400, "PreloadQueueFull", "Preload queue is full, please try again later!"],
  [404, "InvalidDomain.NotFound", "The domain [example.org] does not belong to you."],
  [400, "IllegalOperationDomain", "The operation on the domain is not allowed."],
  [403, "ServiceBusy", "The specified Domain is configuring, please retry later."],
  [403, "SystemUpgrading", "The system is being upgraded."],
  [400, "InvalidTaskId.Malformed", "The specified taskId is invalid."],
  [400, "MissingTimeParameter", "The StartTime and EndTime must be both specified."],
  [400, "InvalidEndTime.Mismatch", "The specified EndTime is earlier than the StartTime."],
  [400, "DomainNameOverLimit", "A maximum of 500 domains are supported for each request."],
  [400, "InvalidTime", "The query time cannot exceed the last 3 days."],
  [
    400,
    "MissingParameter.ObjectType",
    "The ObjectType parameter is required if DomainName or ObjectType is specified.",
  ],
  [400, "InvalidStartTime.Malformed", "The specified StartTime is invalid."],
  [400, "InvalidEndTime.Malformed", "The specified EndTime is invalid."],
  [400, "InvalidStartTime.ValueNotSupported", "The specified value of StartTime is not supported."],
  [400, "InvalidObjectType.ValueNotSupported", "The specified value of ObjectType is not supported."],
  [400, "InvalidStatus.ValueNotSupported", "The specified value of Status is not supported."],
]);

export const cdnCatalog = merged(
  gatewayCatalog,
  shared,
  catalog([
    [503, "Throttling", "Request was denied due to request throttling."],
    [404, "InvalidDomain.Offline", "The specified domain is offline."],
    [403, "OperationDenied", "Your account does not open the service, or the service is suspended."],
    [403, "CdnServiceNotFound", "The CDN service is not opened."],
    [403, "IllegalOperation", "The operation is not allowed."],
    [403, "DomainInProtectedMode", "The specified domain is in protected mode."],
    [500, "InvalidDomain.Configure_failed", "The domain could not be configured."],
  ]),
);

export const dcdnCatalog = merged(
  gatewayCatalog,
  shared,
  catalog([
    [400, "InvalidObjectPath.ExceedsMaximum", "The number of URLs in ObjectPath exceeds the maximum."],
    [400, "QuotaExceeded.Preload", "You've exceeded the prescribed preload limits."],
    [429, "TooManyRequests", "Too many requests, please try again later."],
    [400, "AccountArrears", "Your account has overdue payments."],
  ]),
);
