#!/bin/sh
# preview.sh OLD NEW: deploys release OLD to the emulator that emulator.json tells of, then previews NEW.
set -eu

settings() { node -p 'Object.entries(JSON.parse(require("fs").readFileSync("emulator.json")).configuration).map((e) => e.join("=")).join("\n")'; }

{
  pulumi stack init pull-request
  for setting in $(settings); do pulumi config set "edgecache:${setting%%=*}" "${setting#*=}" --plaintext; done
  pulumi config set siteId 5407498413000
  pulumi config set release "$1"
  pulumi up --yes --skip-preview
  pulumi config set release "$2"
} >&2
pulumi preview --diff --color never 2>&1
