/** An answer that a cloud gives instead of a result. */
import type { JsonObject } from "./json.ts";

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** More members of the error body, such as AccessDeniedDetail. */
  readonly extra: JsonObject;
  /** The message was asked for word by word: no text setting replaces it. */
  readonly verbatim: boolean;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { headers?: Record<string, string>; extra?: JsonObject; verbatim?: boolean } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.extra = more.extra ?? {};
    this.verbatim = more.verbatim ?? false;
  }
}
