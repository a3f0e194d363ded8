"""
The same as run.mjs for programs in Python: `python run.py <node>`, in the program's folder.
"""

import asyncio
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.stack import wait_for_rpcs

node = sys.argv[1]
invoke = Path(__file__).parent / "invoke.ts"
declared = []


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return [args.name, args.inputs]

    def call(self, args):
        command = [node, str(invoke), args.token, json.dumps(args.args)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


class Monitor(MockMonitor):
    def RegisterResource(self, request):
        response = super().RegisterResource(request)
        if request.custom:
            inputs = MessageToDict(request.object)
            dependencies = list(request.dependencies)
            declared.append({"urn": response.urn, "type": request.type, "inputs": inputs, "dependencies": dependencies})
        return response


async def program():
    runpy.run_path("__main__.py")
    await wait_for_rpcs()


mocks = Mocks()
pulumi.runtime.set_mocks(mocks, preview=False, monitor=Monitor(mocks))
asyncio.get_event_loop().run_until_complete(program())
print(json.dumps(declared))
