import { expect, test } from "vitest";
import { withVersion } from "./versions.ts";

test("our versions move on, others' stay", () => {
  const page = `pulumi plugin install resource edgecache 0.1.0 --file pulumi-resource-edgecache-v0.1.0-node.tar.gz
npx edgecache-emulator@0.1.0
EDGECACHE_VERSION: 0.1.0
"@pulumi/pulumi": "^3.142.0", "pulumi-edgecache": "^0.1.0"
pulumi-edgecache>=0.1.0
github.com/edgecache/pulumi-edgecache/sdk/go v0.1.0
Requires 0.1.0 of something else.
`;
  const others = withVersion(page, "1.20.3");
  expect(others.match(/1\.20\.3/g)).toHaveLength(7);
  expect(others).toContain('"^3.142.0"');
  expect(others).toContain("Requires 0.1.0");
});
