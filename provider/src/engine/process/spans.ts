/** One OpenTelemetry span for each RPC, and below it one for each request to a cloud. Loaded only when there is a collector. */
import type { Agent } from "node:http";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { ExportResultCode, parseTraceParent } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Observer } from "../protocol/observe.ts";
import { UnaryClient } from "../wire/unary.ts";

/** OTLP by HTTP, to the collector of the usual environment variables. `agent`: by which requests leave. */
export function toCollector(agent?: () => Promise<Agent>): SpanExporter {
  return new OTLPTraceExporter(agent && { httpAgentOptions: agent });
}

/** OTLP by gRPC, to the engine that started this process: what `--otel-traces` asks of plugins. */
export function toEngine(address: string): SpanExporter {
  const client = new UnaryClient(address);
  return {
    export(ended, done) {
      const message = ProtobufTraceSerializer.serializeRequest(ended) ?? new Uint8Array();
      client.tell("/opentelemetry.proto.collector.trace.v1.TraceService/Export", message).then(
        () => done({ code: ExportResultCode.SUCCESS }),
        (error: Error) => done({ code: ExportResultCode.FAILED, error }),
      );
    },
    shutdown: () => Promise.resolve(),
  };
}

export function spans(name: string, version: string, exporters: readonly SpanExporter[]): Observer {
  const own = resourceFromAttributes({ "service.name": `pulumi-resource-${name}`, "service.version": version });
  const provider = new TracerProvider({
    resource: defaultResource().merge(own),
    spanProcessors: exporters.map((exporter) => new BatchSpanProcessor({ exporter })),
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
      const below = trace.setSpan(context, span);
      return {
        end({ status, message }) {
          span.setAttribute("rpc.grpc.status", status);
          if (status !== "OK") span.setStatus({ code: SpanStatusCode.ERROR, message });
          span.end();
        },
        part(request) {
          const part = tracer.startSpan(request, { kind: SpanKind.CLIENT }, below);
          return (facts) => {
            part.setAttributes(facts);
            const { code } = facts;
            if (code !== undefined) part.setStatus({ code: SpanStatusCode.ERROR, message: code });
            part.end();
          };
        },
      };
    },
    flush: () => provider.forceFlush(),
  };
}
