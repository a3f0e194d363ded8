/** TEO's errors beside Tencent's common ones. All arrive with HTTP 200. */
import { ApiError } from "../../../ports/api-error.ts";
import { errorTable, merged, undocumented } from "../../../ports/catalog.ts";
import { commonCatalog } from "../errors.ts";

const noZone = "The site does not exist.";

/** CreatePurgeTask's page, word by word; its siblings list most of them too. */
const documented = errorTable(200, {
  "InternalError.BackendError": "Server error.",
  "InternalError.DomainConfig": "Failed to get configuration",
  "InternalError.ProxyServer": "An unknown error occurred in the backend server.",
  "InternalError.QuotaSystem": "Server error.",
  "InvalidParameter.DomainNotFound": "The domain name does not exist or is not belong to this account.",
  "InvalidParameter.ParameterError":
    "Parameter error: Invalid “End time”. The interval between the start and end time cannot exceed 7 days.",
  "InvalidParameter.Target": "Resource error",
  "InvalidParameter.TaskNotGenerated": "Failed to create the task",
  "InvalidParameter.UploadUrl": "Invalid file upload link.",
  "LimitExceeded.BatchQuota": "Reached the upper limit of resource number",
  "LimitExceeded.DailyQuota": "Reached the daily upper limit of resource number",
  "LimitExceeded.PackNotAllow": "Not supported by the plan.",
  "UnauthorizedOperation.CamUnauthorized": "CAM is not authorized.",
  "UnauthorizedOperation.NoPermission":
    "The sub-account is not authorized for the operation. Please get permissions first.",
  "UnauthorizedOperation.Unknown": "An unknown error occurred in the backend server.",
});

/** Codes alone are documented: the words are the emulator's. */
const own = errorTable(200, {
  "LimitExceeded.RateLimitExceeded": "The rate limit is exceeded.",
  "InvalidParameter.ActionInProgress": "The operation is too frequent, please try again later.",
  "InternalError.FailedToGenerateUrl": "The URL could not be generated.",
  OperationDenied: "The operation is denied.",
  "UnauthorizedOperation.DomainEmpty": "The domain is empty.",
  "InvalidParameter.ZoneNotFound": noZone,
  "InvalidParameterValue.ZoneNotFound": noZone,
  "ResourceNotFound.ZoneNotFound": noZone,
  "ResourceUnavailable.ZoneNotFound": noZone,
});

export const teoCatalog = merged(commonCatalog, documented.catalog, own.catalog);
export const teoErrorTexts = undocumented("teo", own.catalog, [...own.catalog.keys()]);

export const batchQuota = documented.error("LimitExceeded.BatchQuota");
export const dailyQuota = documented.error("LimitExceeded.DailyQuota");
export const packNotAllow = documented.error("LimitExceeded.PackNotAllow");
export const invalidTarget = documented.error("InvalidParameter.Target");
export const domainNotFound = documented.error("InvalidParameter.DomainNotFound");
export const actionInProgress = own.error("InvalidParameter.ActionInProgress");
export const camUnauthorized = documented.error("UnauthorizedOperation.CamUnauthorized");

export function parameterError(text: string): ApiError {
  return invalid("InvalidParameter.ParameterError", text);
}

/** A wrong parameter, under whichever code a switch says. */
export function invalid(code: "InvalidParameter.ParameterError" | "InvalidParameterValue", text: string): ApiError {
  return new ApiError(200, code, `Parameter error: ${text}`);
}

/** A zone that does not exist, under whichever code a switch says. */
export function zoneNotFound(code: string): ApiError {
  return new ApiError(200, code, noZone);
}
