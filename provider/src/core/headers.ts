/** Headers of requests and answers, as programs name them. */
import * as z from "zod";

/** A token, RFC 9110 §5.6.2. */
export const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export const headerNameInput = z
  .string()
  .regex(headerName, "is no name of a header: letters, digits and - _ . ! # $ % & ' * + ^ ` | ~");

export const headersInput = z.record(headerNameInput, z.string());
