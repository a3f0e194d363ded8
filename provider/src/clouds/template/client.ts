/** One way to call every operation of the cloud: JSON in, JSON out, the key by HTTP Basic. */
import type { CallContext } from "../../core/call.ts";
import type { ServiceContext } from "../../core/context.ts";
import { send } from "../../core/network/send.ts";
import { PacedClient } from "../../core/paced-client.ts";
import type { Pace } from "../../core/rate-limit.ts";
import { originOf } from "../endpoint.ts";
import { noCredentials, refuseFlawed } from "../keys.ts";
import type { TemplateConfig } from "./config.ts";
import { bodyOf } from "./errors.ts";

export type TemplateContext = ServiceContext<TemplateConfig>;

export interface Request {
  readonly action: string;
  readonly input: object;
}

const version = "2026-01-01";
const timeoutMs = 10_000;

export class TemplateClient extends PacedClient<Request> {
  constructor(pace: (action: string) => Pace, context: TemplateContext) {
    const url = originOf(context.config.templateEndpoint ?? "template.example.org");
    super(
      {
        name: "Template",
        pace,
        // Its keys are permanent: there are no others to use instead.
        renew: () => false,
        async send({ action, input }: Request, call: CallContext, heard) {
          const { id, secret } = keysOf(context.config, action);
          call.hide?.([secret]);
          const headers = {
            "x-template-action": action,
            "x-template-version": version,
            authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
            "content-type": "application/json",
          };
          const outgoing = { method: "POST", url, headers, body: JSON.stringify(input) };
          const answer = await send(outgoing, { cloud: "Template", action, timeoutMs }, call, context);
          heard(answer.headers.date);
          return bodyOf(answer, action, { url, proxy: context.network.proxy(url) });
        },
      },
      context,
    );
  }
}

function keysOf({ templateKeyId: id, templateKeySecret: secret }: TemplateConfig, action: string) {
  if (id === undefined || secret === undefined) {
    const hint = "Set templateKeyId and templateKeySecret.";
    throw noCredentials("Template", action, "no credentials were found", hint);
  }
  const places = [
    { value: id, place: "templateKeyId" },
    { value: secret, place: "templateKeySecret" },
  ];
  refuseFlawed(places, "Template", action);
  return { id, secret };
}
