/** One OpenTelemetry span for each RPC. Loaded only when there is a collector. */
import type { Agent } from "node:http";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Observer } from "../protocol/observe.ts";

/** `agent`: by which requests to the collector leave. */
export function spans(name: string, version: string, agent?: () => Promise<Agent>): Observer {
  const own = resourceFromAttributes({ "service.name": `pulumi-resource-${name}`, "service.version": version });
  const provider = new TracerProvider({
    resource: defaultResource().merge(own),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(agent && { httpAgentOptions: agent }) })],
  });
  const tracer = provider.getTracer(name, version);
  return {
    begin({ method, about, parent }) {
      const engine = parent === undefined ? null : parseTraceParent(parent);
      const context = engine === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, engine);
      const attributes = { "rpc.system": "grpc", "rpc.service": "pulumirpc.ResourceProvider", "rpc.method": method };
      const options = {
        kind: SpanKind.SERVER,
        attributes: about === "" ? attributes : { ...attributes, "pulumi.urn": about },
      };
      const span = tracer.startSpan(`pulumirpc.ResourceProvider/${method}`, options, context);
      return ({ status, message }) => {
        span.setAttribute("rpc.grpc.status", status);
        if (status !== "OK") span.setStatus({ code: SpanStatusCode.ERROR, message });
        span.end();
      };
    },
    flush: () => provider.forceFlush(),
  };
}
