/** The errors that any of Tencent's products may answer with. All arrive with HTTP 200. */
import type { ApiError } from "../../ports/api-error.ts";
import { type Catalog, errorTable, undocumented } from "../../ports/catalog.ts";

const common = errorTable(200, {
  RequestLimitExceeded: requestRate(20, 21),
  "RequestLimitExceeded.UinLimitExceeded": "The account exceeds its request limit.",
  "RequestLimitExceeded.GlobalRegionUinLimitExceeded": "The account exceeds its request limit in all regions.",
  "RequestLimitExceeded.IPLimitExceeded": "The address exceeds its request limit.",
  InternalError: "An internal error occurred.",
  ServiceUnavailable: "The service is unavailable.",
  ResourceInUse: "The resource is in use.",
  ResourceUnavailable: "The resource is unavailable.",
  ResourceBusy: "The resource is busy.",
  ResourceInsufficient: "The resources are insufficient.",
  FailedOperation: "The operation failed.",
  UnauthorizedOperation: "The operation is not authorized.",
  LimitExceeded: "The quota is exceeded.",
  RequestSizeLimitExceeded: "The request is too large.",
  ResponseSizeLimitExceeded: "The response is too large.",
  "AuthFailure.SecretIdNotFound": "The SecretId is not found, please ensure that your SecretId is correct.",
  "AuthFailure.InvalidSecretId": "The SecretId is invalid.",
  "AuthFailure.SignatureFailure":
    "The provided credentials could not be validated. Please check your signature is correct.",
  "AuthFailure.InvalidAuthorization": "The `Authorization` header does not conform to the TC3 standard.",
  "AuthFailure.MFAFailure": "The MFA failed.",
  "AuthFailure.UnauthorizedOperation": "The request is not authorized.",
  "AuthFailure.TokenFailure": "The token is invalid.",
  "AuthFailure.SignatureExpire": "Signature expired, please check that your local time is correct.",
  IpInBlacklist: "The address is in the block list.",
  IpNotInWhitelist: "The address is not in the allow list.",
  ResourceNotFound: "The resource does not exist.",
  InvalidParameter: "The parameter is invalid.",
  InvalidParameterValue: "The value of the parameter is invalid.",
  MissingParameter: "A parameter is missing.",
  UnknownParameter: "A parameter is not recognized.",
  InvalidAction: "The action is invalid.",
  ActionOffline: "The action is offline.",
  NoSuchVersion: "The interface version does not exist.",
  NoSuchProduct: "The product does not exist.",
  UnsupportedRegion: "The region is not supported.",
  UnsupportedOperation: "The operation is not supported.",
  UnsupportedProtocol: "The protocol is not supported.",
  InvalidRequest: "The request is invalid.",
  DryRunOperation: "The request would have succeeded.",
});

export const commonCatalog: Catalog = common.catalog;

/** The messages that a document states. */
const documented = ["RequestLimitExceeded", "AuthFailure.SignatureFailure", "AuthFailure.SecretIdNotFound"];
export const commonTexts = undocumented(
  "tencent",
  commonCatalog,
  [...commonCatalog.keys()].filter((code) => !documented.includes(code)),
);

export const unauthorizedOperation = common.error("AuthFailure.UnauthorizedOperation");
export const noSuchVersion = common.error("NoSuchVersion");
export const invalidAuthorization = common.error("AuthFailure.InvalidAuthorization");
export const secretIdNotFound = common.error("AuthFailure.SecretIdNotFound");
export const signatureExpired = common.error("AuthFailure.SignatureExpire");
export const signatureFailure = common.error("AuthFailure.SignatureFailure");
export const tokenFailure = common.error("AuthFailure.TokenFailure");
export const invalidTimestamp = missing("The request header `X-TC-Timestamp` is missing or invalid.");
export const invalidRequest = common
  .error("InvalidRequest")
  .with({ message: "The request body is not a JSON object." });

export function invalidAction(action: string): ApiError {
  return common.error("InvalidAction").with({ message: `The request action=\`${action}\` is invalid.` });
}

export function requestLimitExceeded(limit: number, seen: number): ApiError {
  return common.error("RequestLimitExceeded").with({ message: requestRate(limit, seen) });
}

export function missingParameter(name: string): ApiError {
  return missing(`The request is missing a required parameter \`${name}\`.`);
}

export function unknownParameter(name: string): ApiError {
  return common.error("UnknownParameter").with({ message: `The parameter \`${name}\` is not recognized.` });
}

export function wrongType(name: string): ApiError {
  return common.error("InvalidParameter").with({ message: `The type of parameter \`${name}\` is not valid.` });
}

function missing(message: string): ApiError {
  return common.error("MissingParameter").with({ message });
}

function requestRate(limit: number, seen: number): string {
  return `Your current request times equals to \`${seen}\` in a second, which exceeds the frequency limit \`${limit}\` for a second. Please reduce the frequency of calls.`;
}
