/**
 * The way of one cloud request: read, route, authenticate, faults, permission, rate, operation, answer, log.
 * No sockets here: a request is data, a reply is data.
 */
import type { AccessKey } from "../ports/keys.ts";
import { isAllowed } from "../ports/keys.ts";
import { rejectedCallsCount } from "../vendors/settings.ts";
import { ApiError } from "../ports/api-error.ts";
import type { ServiceDefinition } from "../ports/service.ts";
import { CallFaults } from "../ports/faults.ts";
import type { JsonObject } from "../ports/json.ts";
import { rateShapes } from "../tenant/rate.ts";
import type { TenantRegistry } from "../tenant/registry.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { alibabaWire } from "../vendors/alibaba/wire.ts";
import { type CloudAnswer, type CloudRequest, HeaderMap } from "../ports/request.ts";
import { maxUrlBytes } from "./settings.ts";
import type { Identified, Machine, Routed, Wire } from "../ports/wire.ts";

/** What happens on the connection. No answer: it is cut. */
export interface Reply {
  readonly answer: CloudAnswer | undefined;
  /** Real milliseconds to wait before it. */
  readonly delayMs: number;
}

export interface Front {
  handle(request: CloudRequest): Promise<Reply>;
}

interface Carried {
  readonly answer: CloudAnswer | undefined;
  readonly result: JsonObject | undefined;
  readonly code: string | undefined;
  readonly executed: boolean;
}

export function createFront(
  registry: TenantRegistry,
  services: readonly ServiceDefinition[],
  wires: { alibaba: Wire; tencent: Wire },
): Front {
  return {
    async handle(request) {
      const started = performance.now();
      const headers = new HeaderMap(request.headers);
      const { alibaba, tencent } = wires;
      const wire = !alibaba.claims(request, headers) && tencent.claims(request, headers) ? tencent : alibaba;
      const accessKeyId = wire.claimedKey(request, headers);
      const owner = registry.byKey(accessKeyId);
      const tenant = owner?.tenant ?? registry.default;
      if (request.target.length > tenant.settings.limit(maxUrlBytes)) return { answer: urlTooLong, delayMs: 0 };
      const call = wire.identify(request, headers, tenant.settings);
      const requestId = wire.requestId(tenant.random);
      const authority = headers.get("host") ?? "";
      let routed: Routed | undefined;
      let faults = new CallFaults([]);
      let carried: Carried;
      try {
        routed = wire.route(request, call, tenant);
        const key = wire.authenticate(request, headers, owner, tenant);
        faults = tenant.faults.draw(routed.service.name, call.action, () => JSON.stringify(call.shown));
        carried = await carryOut(wire, routed, call, key, tenant, faults, requestId, authority);
      } catch (error) {
        const service = routed?.service ?? services.find(({ version }) => version === call.version);
        const known = worded(knownError(error), [service?.name ?? "", wire.vendor], tenant);
        const refused = wire.failure(known, requestId, authority, service?.product ?? "");
        carried = { answer: refused, result: undefined, code: known.code, executed: false };
      }
      tenant.log.add({
        at: new Date(tenant.clock.now()).toISOString(),
        service: routed?.service.name ?? services.find(({ version }) => version === call.version)?.name ?? "",
        action: call.action,
        method: request.method,
        params: call.shown,
        accessKeyId,
        account: owner?.key.account ?? "",
        status: carried.answer?.status ?? 0,
        code: carried.code,
        outcome: faults.kinds.length > 0 ? "fault" : carried.code === undefined ? "ok" : "refused",
        executed: carried.executed,
        faults: faults.kinds,
        requestId,
        response: carried.result,
        durationMs: performance.now() - started,
        bytes: request.target.length + request.body.byteLength,
      });
      const { answer } = carried;
      const echoed = wire.echoed(headers, tenant.settings);
      // Clients read the cloud's clock from it, so it is the one by which tasks are dated.
      const date = new Date(tenant.clock.now()).toUTCString();
      return {
        answer: answer && { ...answer, headers: { date, ...answer.headers, ...echoed } },
        delayMs: faults.find("slow")?.delayMs ?? 0,
      };
    },
  };
}

async function carryOut(
  wire: Wire,
  { service, operation }: Routed,
  call: Identified,
  key: AccessKey,
  tenant: Tenant,
  faults: CallFaults,
  requestId: string,
  authority: string,
): Promise<Carried> {
  const early = faultBefore(faults);
  if (early) return early;
  throwInjected(service, call.action, key, tenant, faults);
  const free = operation.permission !== undefined && tenant.settings.switch(operation.permission) === "free";
  if (!free && !isAllowed(key, service.name, call.action)) throw service.errors.permissionDenied(call.action, key);
  checkRate(wire, { service, operation }, call.action, key, tenant);

  await tenant.edge.settle();
  const { params, input } = call;
  const result = await operation.run({ account: key.account, requestId, authority, params, input, faults });
  await tenant.edge.settle();

  const answer = faultAfter(wire.success(result, requestId), faults);
  return { answer, result, code: undefined, executed: true };
}

const urlTooLong: CloudAnswer = {
  status: 414,
  headers: { "content-type": "text/html" },
  body: "<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n</html>\r\n",
};

/** Faults of a proxy in front of the cloud: the operation never runs. */
function faultBefore(faults: CallFaults): Carried | undefined {
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
function throwInjected(
  service: ServiceDefinition,
  action: string,
  key: AccessKey,
  tenant: Tenant,
  faults: CallFaults,
): void {
  const throttle = faults.find("throttle");
  if (throttle) {
    const usual = service.errors.throttled(20, 21, tenant.settings);
    const headers: Record<string, string> =
      throttle.retryAfterMs === undefined ? {} : { "x-acs-retry-after": String(throttle.retryAfterMs) };
    throw new ApiError(throttle.status ?? usual.status, throttle.code ?? usual.code, usual.message, { headers });
  }
  const error = faults.find("error");
  if (error) throw injected(service, error);
  if (faults.has("permissionDenied")) throw service.errors.permissionDenied(action, key);
  if (faults.has("lockFailed")) throw service.errors.locked;
  if (faults.has("quotaExhausted")) throw service.errors.quotaExhausted;
}

/** A documented code brings its own status and text; any other may be made up. */
function injected(
  service: ServiceDefinition,
  { code, status, message }: { code: string; status?: number | undefined; message?: string | undefined },
): ApiError {
  const known = service.catalog.get(code);
  return new ApiError(
    status ?? known?.status ?? (service.wire === "tencent" ? 200 : 400),
    code,
    message ?? known?.message ?? "Injected by a fault of the emulator.",
    { verbatim: message !== undefined },
  );
}

/** Faults after the operation ran: the client does not learn that it did. */
function faultAfter(answer: CloudAnswer, faults: CallFaults): CloudAnswer | undefined {
  if (faults.has("resetAfter")) return undefined;
  if (faults.has("truncatedJson")) return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
  return answer;
}

function checkRate(wire: Wire, { service, operation }: Routed, action: string, key: AccessKey, tenant: Tenant): void {
  if (!operation.perSecond) return;
  const { rates, settings } = tenant;
  const limit = settings.limit(operation.perSecond);
  const rate = rates[settings.switch(rateShapes[wire.vendor])];
  const seen = rate.call(
    `${service.name}/${action}/${key.account}`,
    limit,
    settings.switch(rejectedCallsCount) === "on",
  );
  if (seen > limit) throw service.errors.throttled(limit, seen, settings);
}

function knownError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  console.error("edgecache-emulator: an operation failed unexpectedly:", error);
  return new ApiError(
    500,
    "InternalError",
    "The request processing has failed due to some unknown error, exception or failure.",
  );
}

/** The error with the message that the tenant's settings give it. */
function worded(error: ApiError, scopes: readonly string[], tenant: Tenant): ApiError {
  const text = error.verbatim ? undefined : tenant.settings.errorText(scopes, error.code);
  if (text === undefined) return error;
  const { status, code, headers, extra } = error;
  return new ApiError(status, code, text, { headers, extra });
}

/** The front with both vendors' wires. */
export function createCloudFront(
  registry: TenantRegistry,
  services: readonly ServiceDefinition[],
  machine: Machine,
  tencent: Wire,
): Front {
  return createFront(registry, services, { alibaba: alibabaWire(services, machine), tencent });
}
