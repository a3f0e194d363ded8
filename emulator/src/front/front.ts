/**
 * The way of one cloud request: read, route, authenticate, faults, permission, rate, operation, answer, log.
 * No sockets here: a request is data, a reply is data.
 */
import { ApiError } from "../ports/api-error.ts";
import { CallFaults } from "../ports/faults.ts";
import { type AccessKey, isAllowed } from "../ports/keys.ts";
import { type CloudAnswer, type CloudRequest, HeaderMap } from "../ports/request.ts";
import type { Vendor } from "../ports/vendor.ts";
import type { TenantRegistry } from "../tenant/registry.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Carried, Routed } from "./call.ts";
import type { Doors } from "./doors.ts";
import { faultAfter, faultBefore, throwInjected } from "./injected.ts";
import { maxUrlBytes, rejectedCallsCount } from "./settings.ts";

export interface Front {
  handle(request: CloudRequest): Promise<Reply>;
}

/** What happens on the connection. No answer: it is cut. */
export interface Reply {
  readonly answer: CloudAnswer | undefined;
  /** Real milliseconds to wait before it. */
  readonly delayMs: number;
}

/** `machineNow`: the machine's time, for signatures whose client cannot know the emulator's. */
export function createFront(
  registry: TenantRegistry,
  vendors: readonly Vendor[],
  doors: Doors,
  machineNow: () => number,
): Front {
  return {
    async handle(request) {
      const started = performance.now();
      const headers = new HeaderMap(request.headers);
      const vendor = vendors.find(({ wire }) => wire.claims(request, headers)) ?? vendors[0];
      if (!vendor) throw new Error("the emulator has no vendor");
      const { wire } = vendor;
      const accessKeyId = wire.claimedKey(request, headers);
      const owner = registry.byKey(accessKeyId);
      const tenant = owner?.tenant ?? registry.default;
      if (request.target.length > tenant.settings.limit(maxUrlBytes)) return { answer: urlTooLong, delayMs: 0 };
      const call = wire.identify(request, headers, tenant.settings);
      const service = vendor.services.find(({ version }) => version === call.version);
      const requestId = wire.requestId(tenant.random);
      const authority = headers.get("host") ?? "";
      let faults = new CallFaults([]);
      let carried: Carried;
      try {
        const refused = doors.cloud(headers, vendor.domains);
        if (refused) throw refused;
        const operation = service && tenant.services.get(service.name)?.operations.get(call.action);
        if (!service || !operation || !operation.methods.some((method) => method === request.method)) {
          throw wire.notFound(call, service);
        }
        const claimed = owner?.key.cloud === vendor.name ? owner.key : undefined;
        const key = wire.authenticate({ request, headers, key: claimed, tenant, machineNow: machineNow() });
        faults = tenant.faults.draw(service.name, call.action, () => JSON.stringify(call.input ?? {}));
        carried = await carryOut({ vendor, service, operation, call, tenant }, key, faults, requestId, authority);
      } catch (error) {
        const known = worded(knownError(error), [service?.name ?? "", vendor.name], tenant);
        const refused = wire.failure(known, requestId, authority, service?.product ?? "");
        carried = { answer: refused, result: undefined, code: known.code, executed: false };
      }
      const { answer } = carried;
      tenant.log.add({
        at: new Date(tenant.clock.now()).toISOString(),
        service: service?.name ?? "",
        action: call.action,
        method: request.method,
        params: call.input ?? {},
        accessKeyId,
        account: owner?.key.account ?? "",
        status: answer?.status ?? 0,
        code: carried.code,
        outcome: faults.kinds.length > 0 ? "fault" : carried.code === undefined ? "ok" : "refused",
        executed: carried.executed,
        faults: faults.kinds,
        requestId,
        response: carried.result,
        durationMs: performance.now() - started,
        bytes: request.target.length + request.body.byteLength,
      });
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
  routed: Routed,
  key: AccessKey,
  faults: CallFaults,
  requestId: string,
  authority: string,
): Promise<Carried> {
  const { vendor, service, operation, call, tenant } = routed;
  const early = faultBefore(faults);
  if (early) return early;
  throwInjected(routed, key, faults);
  const free = operation.permission !== undefined && tenant.settings.switch(operation.permission) === "free";
  const resources = service.resources(call.action, call.input, key.account);
  if (!free && !isAllowed(key, `${service.name}:${call.action}`, resources)) {
    throw service.errors.permissionDenied(call.action, key, tenant.settings);
  }
  checkRate(routed, key);

  await tenant.edge.settle();
  const result = await operation.run({ account: key.account, requestId, authority, input: call.input, faults });
  await tenant.edge.settle();

  const answer = faultAfter(vendor.wire.success(result, requestId), faults);
  return { answer, result, code: undefined, executed: true };
}

function checkRate({ vendor, service, operation, call, tenant }: Routed, key: AccessKey): void {
  if (!operation.perSecond) return;
  const { rates, settings } = tenant;
  const limit = settings.limit(operation.perSecond);
  const rate = rates[settings.switch(vendor.rateShape)];
  const name = `${service.name}/${call.action}/${key.account}`;
  const seen = rate.call(name, limit, settings.switch(rejectedCallsCount) === "on");
  if (seen > limit) throw service.errors.throttled(limit, seen, settings);
}

const urlTooLong: CloudAnswer = {
  status: 414,
  headers: { "content-type": "text/html" },
  body: "<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n</html>\r\n",
};

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
  const message = error.verbatim ? undefined : tenant.settings.errorText(scopes, error.code);
  return message === undefined ? error : error.with({ message });
}
