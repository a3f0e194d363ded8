/**
 * The vendors' own types check every name that goes over the wire. Their
 * packages are imported for types only: nothing of this is there at run time.
 */

/**
 * What a vendor's model holds. Alibaba's classes have methods and an index
 * signature beside, which would take any name.
 */
export type Members<Model> = {
  [K in keyof Model as string extends K ? never : number extends K ? never : Member<Model, K>]?: Model[K];
};

type Member<Model, K extends keyof Model> = Model[K] extends (...args: never[]) => unknown ? never : K;

/** The same under wire names: Alibaba's classes write members in camelCase, Tencent's interfaces are as on the wire already. */
export type Wire<Model> = {
  [K in keyof Members<Model> as Capitalize<K & string>]-?: Held<NonNullable<Members<Model>[K]>>;
};

type Held<T> = T extends readonly (infer Item)[] ? Held<Item>[] : T extends object ? Members<T> : T;

/** A request as Alibaba's gateway takes it: every parameter is text. */
export type TextParameters<Model> = {
  readonly [K in keyof Wire<Model>]?: (Wire<Model>[K] extends boolean ? "true" | "false" : string) | undefined;
};

/** A request, or a part of one, as JSON. */
export type JsonParameters<Model> = Model extends readonly (infer Item)[]
  ? readonly JsonParameters<Item>[]
  : Model extends object
    ? { readonly [K in keyof Wire<Model>]?: JsonParameters<Wire<Model>[K]> | undefined }
    : Model;

/** The operations of an SDK's client, as the wire names them. */
export type Action<Client> = {
  [K in keyof Client & string]: Client[K] extends (request: never) => Promise<unknown> ? Capitalize<K> : never;
}[keyof Client & string];

/** What an operation is asked with, from the signature of the SDK's method. */
export type RequestModel<Client, A extends string> =
  Uncapitalize<A> extends keyof Client
    ? Client[Uncapitalize<A>] extends (request: infer Model) => Promise<unknown>
      ? Model
      : never
    : never;
