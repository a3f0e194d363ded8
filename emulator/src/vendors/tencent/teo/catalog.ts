/** TEO's documented errors, beside Tencent's common ones. */
import { merged, undocumented } from "../../../ports/catalog.ts";
import { tencentCatalog, tencentErrors } from "../catalog.ts";

/** CreatePurgeTask's page, word by word; its siblings list most of them too. */
const documented = tencentErrors([
  ["InternalError.BackendError", "Server error."],
  ["InternalError.DomainConfig", "Failed to get configuration"],
  ["InternalError.ProxyServer", "An unknown error occurred in the backend server."],
  ["InternalError.QuotaSystem", "Server error."],
  ["InvalidParameter.DomainNotFound", "The domain name does not exist or is not belong to this account."],
  [
    "InvalidParameter.ParameterError",
    "Parameter error: Invalid “End time”. The interval between the start and end time cannot exceed 7 days.",
  ],
  ["InvalidParameter.Target", "Resource error"],
  ["InvalidParameter.TaskNotGenerated", "Failed to create the task"],
  ["InvalidParameter.UploadUrl", "Invalid file upload link."],
  ["LimitExceeded.BatchQuota", "Reached the upper limit of resource number"],
  ["LimitExceeded.DailyQuota", "Reached the daily upper limit of resource number"],
  ["LimitExceeded.PackNotAllow", "Not supported by the plan."],
  ["UnauthorizedOperation.CamUnauthorized", "CAM is not authorized."],
  [
    "UnauthorizedOperation.NoPermission",
    "The sub-account is not authorized for the operation. Please get permissions first.",
  ],
  ["UnauthorizedOperation.Unknown", "An unknown error occurred in the backend server."],
]);

/** Codes alone are documented: the words are ours. */
const own = tencentErrors([
  ["LimitExceeded.RateLimitExceeded", "The rate limit is exceeded."],
  ["InvalidParameter.ActionInProgress", "The operation is too frequent, please try again later."],
  ["InternalError.FailedToGenerateUrl", "The URL could not be generated."],
  ["OperationDenied", "The operation is denied."],
  ["UnauthorizedOperation.DomainEmpty", "The domain is empty."],
  ["InvalidParameter.ZoneNotFound", "The site does not exist."],
  ["InvalidParameterValue.ZoneNotFound", "The site does not exist."],
  ["ResourceNotFound.ZoneNotFound", "The site does not exist."],
  ["ResourceUnavailable.ZoneNotFound", "The site does not exist."],
]);

export const teoCatalog = merged(tencentCatalog, documented, own);
export const teoErrorTexts = undocumented("teo", own, [...own.keys()]);
