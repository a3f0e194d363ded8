/** An answer that a cloud gives instead of a result. */
import type { JsonObject } from "./json.ts";

interface Parts {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** More members of the error body, such as AccessDeniedDetail. */
  readonly extra: JsonObject;
  /** The message was asked for word by word: no text setting replaces it. */
  readonly verbatim: boolean;
}

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Parts["headers"];
  readonly extra: JsonObject;
  readonly verbatim: boolean;

  constructor(
    status: number,
    code: string,
    message: string,
    { headers = {}, extra = {}, verbatim = false }: Partial<Parts> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.extra = extra;
    this.verbatim = verbatim;
  }

  /** The same error with parts of its own. */
  with(parts: Partial<Parts>): ApiError {
    const { status, message, headers, extra, verbatim } = this;
    const all = { status, message, headers, extra, verbatim, ...parts };
    return new ApiError(all.status, this.code, all.message, all);
  }
}
