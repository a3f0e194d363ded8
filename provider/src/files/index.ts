/** What belongs to no cloud. */
import { hashFiles } from "./hash-files.ts";

export const resources = [];
export const functions = [hashFiles];
