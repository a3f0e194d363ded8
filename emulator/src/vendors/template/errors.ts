/** What any of the vendor's services may answer. */
import { catalog, listed, merged } from "../../ports/catalog.ts";
import { ApiError } from "../../ports/api-error.ts";

export const keyRefused = new ApiError(401, "KeyRefused", "The key is unknown, or its secret is another one.");
export const denied = new ApiError(403, "Denied", "The key may not call this operation.");
export const noSuchAction = new ApiError(404, "NoSuchAction", "There is no such action in this version.");
export const invalidBody = new ApiError(400, "InvalidBody", "The body is not the JSON that the action takes.");
export const tooManyCalls = new ApiError(429, "TooManyCalls", "Too many calls in this second.");

export const commonCatalog = merged(
  listed([keyRefused, denied, noSuchAction, invalidBody, tooManyCalls]),
  catalog([[500, "Unavailable", "The service is unavailable."]]),
);
