/** What the routes of the control API share. */
import type { HonoRequest } from "hono";
import type { Tenant } from "../tenant/tenant.ts";

/** Each route works on one tenant. */
export interface Env {
  Variables: { tenant: Tenant };
}

/** What is wrong with a request, in words for the one who sent it. */
export class ControlError extends Error {
  readonly status: 400 | 404;
  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }
}

/** `absent`: what no body at all stands for. */
export async function jsonOf(request: HonoRequest, absent?: object): Promise<unknown> {
  const text = await request.text();
  if (text === "" && absent) return absent;
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, "the body is no JSON");
  }
}
