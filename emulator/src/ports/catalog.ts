/**
 * Documented errors, as data: the `error` fault injects any of them by its code, with its own status and text.
 */
import { ApiError } from "./api-error.ts";
import * as gateway from "../vendors/alibaba/errors.ts";
import { type TextDefinition, errorTextName } from "./settings.ts";

export type Catalog = ReadonlyMap<string, ApiError>;

/** Rows of HTTP status, code and message. */
export function catalog(rows: readonly (readonly [number, string, string])[]): Catalog {
  return new Map(rows.map(([status, code, message]) => [code, new ApiError(status, code, message)]));
}

/** The errors of a module, so that no text stands twice. */
export function collected(module: Readonly<Record<string, unknown>>): Catalog {
  const errors = Object.values(module).filter((value) => value instanceof ApiError);
  return new Map(errors.map((error) => [error.code, error]));
}

/** The messages of these codes as texts that can be set: no document states them. `scope`: a service or a vendor. */
export function undocumented(scope: string, known: Catalog, codes: readonly string[]): TextDefinition[] {
  return codes.map((code) => {
    const error = known.get(code);
    if (!error) throw new Error(`"${code}" is in no list of errors`);
    return { name: errorTextName(scope, code), value: error.message, about: `The message of ${error.status} ${code}` };
  });
}

export function merged(...catalogs: readonly Catalog[]): Catalog {
  return new Map(catalogs.flatMap((one) => [...one]));
}

/** Alibaba's gateway, for every product. */
export const gatewayCatalog = merged(
  collected(gateway),
  catalog([
    [
      403,
      "Forbidden.RAM",
      "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    ],
    [403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM."],
    [403, "Forbidden", "You are not authorized to do this action."],
    [404, "InvalidApi.NotFound", "Specified api is not found, please check your url and method."],
    [400, "InvalidVersion", "Specified parameter Version is not valid."],
    [400, "UnsupportedHTTPMethod", "The HTTP method is not supported for this action."],
    [404, "InvalidProtocol.NeedSsl", "Your request is denied as lack of ssl protect."],
    [400, "Throttling", "Request was denied due to request throttling."],
    [400, "Throttling.User", "Request was denied due to user flow control."],
    [400, "Throttling.Api", "Request was denied due to api flow control."],
    [500, "InternalError", "The request processing has failed due to some unknown error, exception or failure."],
    [500, "InternalFailure", "The request processing has failed due to some unknown error, exception or failure."],
    [503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."],
    [503, "ServiceUnavailableTemporary", "The request has failed due to a temporary failure of the server."],
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
