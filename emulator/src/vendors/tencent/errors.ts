/** Tencent's common errors: all of them arrive with HTTP 200. */
import { ApiError } from "../../ports/api-error.ts";

const failed = (code: string, message: string): ApiError => new ApiError(200, code, message);

export const noSuchVersion = failed("NoSuchVersion", "The interface version does not exist.");
export const invalidAuthorization = failed(
  "AuthFailure.InvalidAuthorization",
  "The `Authorization` header does not conform to the TC3 standard.",
);
export const invalidTimestamp = failed(
  "MissingParameter",
  "The request header `X-TC-Timestamp` is missing or invalid.",
);
export const secretIdNotFound = failed(
  "AuthFailure.SecretIdNotFound",
  "The SecretId is not found, please ensure that your SecretId is correct.",
);
export const signatureExpired = failed(
  "AuthFailure.SignatureExpire",
  "Signature expired, please check that your local time is correct.",
);
export const signatureFailure = failed(
  "AuthFailure.SignatureFailure",
  "The provided credentials could not be validated. Please check your signature is correct.",
);
export const tokenFailure = failed("AuthFailure.TokenFailure", "The token is invalid.");

export function invalidAction(action: string): ApiError {
  return failed("InvalidAction", `The request action=\`${action}\` is invalid.`);
}

export function requestLimitExceeded(limit: number, seen: number): ApiError {
  return failed(
    "RequestLimitExceeded",
    `Your current request times equals to \`${seen}\` in a second, which exceeds the frequency limit \`${limit}\` for a second. Please reduce the frequency of calls.`,
  );
}
