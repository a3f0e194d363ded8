/** What belongs to no cloud: the package's module `index`. */
import { functions as files } from "./files/index.ts";
import { getPolicy } from "./policies/get-policy.ts";

export const resources = [];
export const functions = [...files, getPolicy];
