/** TEO's own errors. All arrive with HTTP 200. */
import { ApiError } from "../../../ports/api-error.ts";

const failed = (code: string, message: string): ApiError => new ApiError(200, code, message);

export function parameterError(text: string): ApiError {
  return failed("InvalidParameter.ParameterError", `Parameter error: ${text}`);
}

export function coded(code: string, message: string): ApiError {
  return failed(code, message);
}

export const batchQuota = failed("LimitExceeded.BatchQuota", "The number of targets exceeds the batch quota.");
export const dailyQuota = failed("LimitExceeded.DailyQuota", "The number of targets exceeds the daily quota.");
export const packNotAllow = failed("LimitExceeded.PackNotAllow", "The plan does not support this operation.");
export const invalidTarget = failed("InvalidParameter.Target", "The targets are invalid.");
export const domainNotFound = failed("InvalidParameter.DomainNotFound", "The domain name does not exist.");
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
