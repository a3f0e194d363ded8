/**
 * The way out of the provider: every request, ours or an SDK's, leaves through
 * an agent from here, and so by the proxy that the environment names and with
 * the certificates that the configuration trusts. Nothing is loaded that is
 * not needed: most have no proxy.
 */
import { Agent as PlainAgent, type Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { createSecureContext, type SecureContext } from "node:tls";
import { through } from "./journey.ts";
import { nameOf, proxyFor, type Environment, type ProxyRoute } from "./proxies.ts";
import { authorities } from "./trust.ts";
import { tunnel } from "./tunnel.ts";

export interface NetworkOptions {
  readonly env: Environment;
  /** A PEM file, or its text: authorities to trust beside the usual ones. */
  readonly caBundle?: string | undefined;
}

export class Network {
  readonly #options: NetworkOptions;
  readonly #agents = new Map<string, Promise<Agent>>();
  #authorities: readonly string[] | undefined;
  #context: SecureContext | undefined;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** The agent for requests to this URL; it keeps connections open. */
  agent(target: URL): Promise<Agent> {
    const route = this.route(target);
    const key = `${target.protocol} ${route?.url.href ?? ""}`;
    let agent = this.#agents.get(key);
    if (agent === undefined) this.#agents.set(key, (agent = this.#open(target.protocol === "https:", route)));
    return agent;
  }

  /** Through which proxy, for errors; `undefined` for straight ahead. */
  proxy(target: URL): string | undefined {
    const route = this.route(target);
    return route === undefined ? undefined : nameOf(route);
  }

  /** For who makes connections of its own: by which proxy they go; `undefined` for straight ahead. */
  route(target: URL): ProxyRoute | undefined {
    return proxyFor(target, this.#options.env);
  }

  /** And whom they trust, `own` beside the others; `undefined`: as Node does by itself. */
  authorities(own: string | undefined): string[] | undefined {
    const { caBundle, env } = this.#options;
    if (caBundle === undefined && own === undefined) return undefined;
    this.#authorities ??= authorities(caBundle, env);
    return [...this.#authorities, ...(own === undefined ? [] : [own])];
  }

  async #open(secure: boolean, route: ProxyRoute | undefined): Promise<Agent> {
    const secureContext = secure || route?.url.protocol === "https:" ? this.#trust() : undefined;
    const options = { keepAlive: true, ...(secureContext === undefined ? {} : { secureContext }) };
    if (route === undefined) return secure ? new SecureAgent(options) : new PlainAgent(options);
    const agent = await tunnel(secure, route, options);
    // What these agents are made with holds for the proxy; for the host behind it, each request says it.
    return through(agent, (_request, asked) => ({ ...asked, ...options }));
  }

  #trust(): SecureContext | undefined {
    const ca = this.authorities(undefined);
    return ca && (this.#context ??= createSecureContext({ ca }));
  }
}
