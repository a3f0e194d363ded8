/** The name of the resource, which a URN ends with. */
export function nameInUrn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
