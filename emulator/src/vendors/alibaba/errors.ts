/** What Alibaba's gateway answers for any product, in front of the service. */
import type { AccessKey } from "../../ports/keys.ts";
import { ApiError } from "../../ports/api-error.ts";

export const actionNotFound = new ApiError(
  404,
  "InvalidAction.NotFound",
  "Specified api is not found, please check your url and method.",
);
export const missingAccessKeyId = new ApiError(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.");
export const incompleteSignature = new ApiError(
  400,
  "IncompleteSignature",
  "The request signature does not conform to Aliyun standards.",
);
export const timeStampFormat = new ApiError(
  400,
  "InvalidTimeStamp.Format",
  "Specified time stamp or date value is not well formatted.",
);
export const timeStampExpired = new ApiError(
  400,
  "InvalidTimeStamp.Expired",
  "Specified time stamp or date value is expired.",
);
export const accessKeyNotFound = new ApiError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
export const accessKeyInactive = new ApiError(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
export const tokenMalformed = new ApiError(
  400,
  "InvalidSecurityToken.Malformed",
  "Specified SecurityToken is malformed.",
);
export const tokenMismatch = new ApiError(
  400,
  "InvalidSecurityToken.MismatchWithAccessKey",
  "Specified SecurityToken mismatch with the AccessKey.",
);
export const tokenExpired = new ApiError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
export const nonceUsed = new ApiError(400, "SignatureNonceUsed", "Specified signature nonce was used already.");

export function signatureMismatch(stringToSign: string): ApiError {
  return new ApiError(
    400,
    "SignatureDoesNotMatch",
    `Specified signature does not match our calculation. server StringToSign is [${stringToSign}]`,
  );
}

export function noPermission(service: string, action: string, key: AccessKey): ApiError {
  return new ApiError(
    403,
    "NoPermission",
    "You are not authorized to do this action. You should be authorized by RAM.",
    {
      extra: {
        AccessDeniedDetail: {
          AuthAction: `${service}:${action}`,
          AuthPrincipalType: key.securityToken === undefined ? "SubUser" : "AssumedRoleUser",
          AuthPrincipalDisplayName: key.accessKeyId,
          AuthPrincipalOwnerId: key.account,
          NoPermissionType: "ImplicitDeny",
          PolicyType: "AccountLevelIdentityBasedPolicy",
          EncodedDiagnosticMessage: "",
        },
      },
    },
  );
}

export function throttlingUser(status = 400): ApiError {
  return new ApiError(status, "Throttling.User", "Request was denied due to user flow control.");
}

export function missingParameter(name: string): ApiError {
  return new ApiError(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

export function wrongParameter(name: string): ApiError {
  return new ApiError(400, `Invalid${name}`, `Specified parameter ${name} is not valid.`);
}
