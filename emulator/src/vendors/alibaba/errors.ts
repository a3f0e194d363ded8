/** What Alibaba's gateway answers for any product, in front of the service. */
import { ApiError } from "../../ports/api-error.ts";
import { catalog, listed, merged, undocumented } from "../../ports/catalog.ts";
import type { AccessKey } from "../../ports/keys.ts";

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

export const throttlingUser = new ApiError(400, "Throttling.User", "Request was denied due to user flow control.");
const denied = new ApiError(
  403,
  "NoPermission",
  "You are not authorized to do this action. You should be authorized by RAM.",
);

export function signatureMismatch(stringToSign: string): ApiError {
  return new ApiError(
    400,
    "SignatureDoesNotMatch",
    `Specified signature does not match our calculation. server StringToSign is [${stringToSign}]`,
  );
}

export function noPermission(service: string, action: string, key: AccessKey): ApiError {
  return denied.with({
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
  });
}

export function missingParameter(name: string): ApiError {
  return new ApiError(400, `Missing${name}`, `${name} is mandatory for this action.`);
}

export function wrongParameter(name: string): ApiError {
  return new ApiError(400, `Invalid${name}`, `Specified parameter ${name} is not valid.`);
}

const unknownError = "The request processing has failed due to some unknown error, exception or failure.";
const temporaryFailure = "The request has failed due to a temporary failure of the server.";

export const gatewayCatalog = merged(
  listed([
    actionNotFound,
    missingAccessKeyId,
    incompleteSignature,
    timeStampFormat,
    timeStampExpired,
    accessKeyNotFound,
    accessKeyInactive,
    tokenMalformed,
    tokenMismatch,
    tokenExpired,
    nonceUsed,
    throttlingUser,
    denied,
  ]),
  catalog([
    [
      403,
      "Forbidden.RAM",
      "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    ],
    [403, "Forbidden", "You are not authorized to do this action."],
    [404, "InvalidApi.NotFound", actionNotFound.message],
    [400, "InvalidVersion", "Specified parameter Version is not valid."],
    [400, "UnsupportedHTTPMethod", "The HTTP method is not supported for this action."],
    [404, "InvalidProtocol.NeedSsl", "Your request is denied as lack of ssl protect."],
    [400, "Throttling", "Request was denied due to request throttling."],
    [400, "Throttling.Api", "Request was denied due to api flow control."],
    [500, "InternalError", unknownError],
    [500, "InternalFailure", unknownError],
    [503, "ServiceUnavailable", temporaryFailure],
    [503, "ServiceUnavailableTemporary", temporaryFailure],
  ]),
);

export const gatewayTexts = undocumented("alibaba", gatewayCatalog, [
  "InvalidSecurityToken.Expired",
  "InvalidSecurityToken.Malformed",
  "InvalidSecurityToken.MismatchWithAccessKey",
  "NoPermission",
  "Forbidden",
  "UnsupportedHTTPMethod",
]);
