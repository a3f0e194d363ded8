/** Headers of requests and answers, as programs name them. */
import * as z from "zod";

/** A token, RFC 9110 §5.6.2. */
export const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export const headerNameInput = z
  .string()
  .regex(headerName, "is no name of a header: letters, digits and - _ . ! # $ % & ' * + ^ ` | ~");

/** HTTP takes the blanks around a value off: with them it is another value, which no request has. */
export const headerValueInput = z
  .string()
  .regex(/^(?! )(?:.*[^ ])?$/s, "begins or ends with a space, which HTTP strips");

/** Of values of any kind. Names are told apart in no case. */
export function headersOf<V extends z.ZodType>(value: V) {
  return z.record(headerNameInput, value).superRefine((headers, context) => {
    const seen = new Map<string, string>();
    for (const name of Object.keys(headers)) {
      const other = seen.get(name.toLowerCase());
      if (other !== undefined)
        context.addIssue({ code: "custom", message: `${other} and ${name} are one header; give it once` });
      seen.set(name.toLowerCase(), name);
    }
  });
}

export const headersInput = headersOf(headerValueInput);
