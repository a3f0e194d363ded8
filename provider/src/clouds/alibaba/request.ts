/** A request to a product, before it is signed. */
import type { Action, RequestModel, TextParameters } from "../models.ts";

export type Fields = Readonly<Record<string, string | undefined>>;

export interface Request {
  readonly action: string;
  readonly method: "GET" | "POST";
  /** Undefined ones are not sent; empty ones are. */
  readonly parameters: Fields;
  /** The product's SDK sends this operation's parameters as a form. */
  readonly form?: boolean;
}

/** Requests of one product, checked against its SDK's client: the operation's name, and its parameters by name. */
export function requestsOf<Client>() {
  return <A extends Action<Client>>(
    method: Request["method"],
    action: A,
    parameters: TextParameters<RequestModel<Client, A>>,
  ): Request => ({ method, action, parameters });
}

/** As the gateway writes it; absent where the vendor's default holds. */
export function boolean(value: boolean | undefined): "true" | "false" | undefined {
  return value === undefined ? undefined : value ? "true" : "false";
}
