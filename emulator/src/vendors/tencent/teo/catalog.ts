/** TEO's documented errors, beside Tencent's common ones. */
import { merged, undocumented } from "../../../ports/catalog.ts";
import { tencentCatalog, tencentErrors } from "../catalog.ts";

const own = tencentErrors([
  ["LimitExceeded.RateLimitExceeded", "The rate limit is exceeded."],
  ["InvalidParameter.ActionInProgress", "The operation is too frequent, please try again later."],
  ["InternalError.BackendError", "A backend error occurred."],
  ["InternalError.DomainConfig", "The domain configuration could not be read."],
  ["InternalError.ProxyServer", "An unknown error occurred in the proxy server."],
  ["InternalError.QuotaSystem", "The quota system failed."],
  ["InternalError.FailedToGenerateUrl", "The URL could not be generated."],
  ["OperationDenied", "The operation is denied."],
  ["UnauthorizedOperation.CamUnauthorized", "CAM is not authorized."],
  ["UnauthorizedOperation.NoPermission", "The sub-account has no permission."],
  ["UnauthorizedOperation.Unknown", "An unknown backend error occurred."],
  ["UnauthorizedOperation.DomainEmpty", "The domain is empty."],
  ["LimitExceeded.BatchQuota", "The number of targets exceeds the batch quota."],
  ["LimitExceeded.DailyQuota", "The number of targets exceeds the daily quota."],
  ["LimitExceeded.PackNotAllow", "The plan does not support this operation."],
  ["InvalidParameter.DomainNotFound", "The domain name does not exist."],
  ["InvalidParameter.ZoneNotFound", "The site does not exist."],
  ["InvalidParameterValue.ZoneNotFound", "The site does not exist."],
  ["ResourceNotFound.ZoneNotFound", "The site does not exist."],
  ["ResourceUnavailable.ZoneNotFound", "The site does not exist."],
  ["InvalidParameter.ParameterError", "Parameter error."],
  ["InvalidParameter.Target", "The targets are invalid."],
  ["InvalidParameter.TaskNotGenerated", "The task could not be generated."],
  ["InvalidParameter.UploadUrl", "The upload URL is invalid."],
]);

export const teoCatalog = merged(tencentCatalog, own);
// the shape of this one was seen; no document states any other
export const teoErrorTexts = undocumented(
  "teo",
  own,
  [...own.keys()].filter((code) => code !== "InvalidParameter.ParameterError"),
);
