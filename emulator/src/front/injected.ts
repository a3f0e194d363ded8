/** What faults do to a call on its way: before it runs, instead of it, and to its answer. */
import { ApiError } from "../ports/api-error.ts";
import type { CallFaults, FaultOf } from "../ports/faults.ts";
import type { AccessKey } from "../ports/keys.ts";
import type { CloudAnswer } from "../ports/request.ts";
import type { ServiceDefinition } from "../ports/service.ts";
import type { Vendor } from "../ports/vendor.ts";
import type { Carried, Routed } from "./call.ts";

/** Faults of a proxy in front of the cloud: the operation never runs. */
export function faultBefore(faults: CallFaults): Carried | undefined {
  const notRun = { result: undefined, executed: false };
  if (faults.has("resetBefore")) return { ...notRun, answer: undefined, code: undefined };
  if (faults.has("badGateway")) {
    const body =
      "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
    return { ...notRun, answer: { status: 502, headers: { "content-type": "text/html" }, body }, code: undefined };
  }
  if (faults.has("emptyError")) return { ...notRun, answer: { status: 500, headers: {}, body: "" }, code: undefined };
  return undefined;
}

/** Faults that answer with an error of the API. */
export function throwInjected({ vendor, service, call, tenant }: Routed, key: AccessKey, faults: CallFaults): void {
  const throttle = faults.find("throttle");
  if (throttle) {
    const usual = service.errors.throttled(20, 21, tenant.settings);
    const headers = throttle.retryAfterMs === undefined ? {} : vendor.wire.retryAfter(throttle.retryAfterMs);
    throw new ApiError(throttle.status ?? usual.status, throttle.code ?? usual.code, usual.message, { headers });
  }
  const error = faults.find("error");
  if (error) throw injected(vendor, service, error);
  if (faults.has("permissionDenied")) throw service.errors.permissionDenied(call.action, key, tenant.settings);
  if (faults.has("lockFailed")) throw service.errors.locked;
  if (faults.has("quotaExhausted")) throw service.errors.quotaExhausted;
}

/** A documented code has its status and text; any other may be made up. */
function injected(
  { errorStatus }: Vendor,
  { catalog }: ServiceDefinition,
  { code, status, message }: FaultOf<"error">,
): ApiError {
  const known = catalog.get(code);
  return new ApiError(
    status ?? known?.status ?? errorStatus,
    code,
    message ?? known?.message ?? "Injected by a fault of the emulator.",
    { verbatim: message !== undefined },
  );
}

/** Faults after the operation ran: the client does not learn that it did. */
export function faultAfter(answer: CloudAnswer, faults: CallFaults): CloudAnswer | undefined {
  if (faults.has("resetAfter")) return undefined;
  if (faults.has("truncatedJson")) return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
  return answer;
}
