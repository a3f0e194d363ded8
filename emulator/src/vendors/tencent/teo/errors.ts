/** TEO's own errors. All arrive with HTTP 200. */
import { ApiError } from "../../../ports/api-error.ts";

const failed = (code: string, message: string): ApiError => new ApiError(200, code, message);

export function parameterError(text: string): ApiError {
  return failed("InvalidParameter.ParameterError", `Parameter error: ${text}`);
}

export function coded(code: string, message: string): ApiError {
  return failed(code, message);
}

export const batchQuota = failed("LimitExceeded.BatchQuota", "Reached the upper limit of resource number");
export const dailyQuota = failed("LimitExceeded.DailyQuota", "Reached the daily upper limit of resource number");
export const packNotAllow = failed("LimitExceeded.PackNotAllow", "Not supported by the plan.");
export const invalidTarget = failed("InvalidParameter.Target", "Resource error");
export const domainNotFound = failed(
  "InvalidParameter.DomainNotFound",
  "The domain name does not exist or is not belong to this account.",
);
export const actionInProgress = failed(
  "InvalidParameter.ActionInProgress",
  "The operation is too frequent, please try again later.",
);
export const camUnauthorized = failed("UnauthorizedOperation.CamUnauthorized", "CAM is not authorized.");
export const invalidRequest = failed("InvalidRequest", "The request body is not a JSON object.");

export function missingParameter(name: string): ApiError {
  return failed("MissingParameter", `The request is missing a required parameter \`${name}\`.`);
}

export function unknownParameter(name: string): ApiError {
  return failed("UnknownParameter", `The parameter \`${name}\` is not recognized.`);
}

export function wrongType(name: string): ApiError {
  return failed("InvalidParameter", `The type of parameter \`${name}\` is not valid.`);
}
