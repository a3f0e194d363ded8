"""Runs calls through the vendors' Python SDKs: one JSON line in, one JSON line out.

In:  {"service": "esa", "method": "purge_caches", "request": "PurgeCachesRequest", "arguments": {...}}
Out: {"ok": {...}} with the response as the SDK sees it, or {"error": {"type", "code", "status", "message"}}
"""

import importlib
import io
import json
import sys

from alibabacloud_tea_openapi import utils_models
from darabonba.runtime import RuntimeOptions
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.teo.v20220901 import models as teo_models
from tencentcloud.teo.v20220901 import teo_client

PACKAGES = {
    "esa": "alibabacloud_esa20240910",
    "cdn": "alibabacloud_cdn20180510",
    "dcdn": "alibabacloud_dcdn20180115",
}


def main():
    settings = json.loads(sys.stdin.readline())
    call_alibaba = alibaba_caller(settings)
    call_teo = teo_caller(settings)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        call = json.loads(line)
        run = call_teo if call["service"] == "teo" else call_alibaba
        try:
            answer = {"ok": run(call)}
        except Exception as error:  # the test judges whatever the SDK raises
            answer = {"error": describe(error)}
        print(json.dumps(answer), flush=True)


def alibaba_caller(settings):
    clients = {}

    def client(service):
        if service not in clients:
            config = utils_models.Config(
                access_key_id=settings["alibabaAccessKeyId"],
                access_key_secret=settings["alibabaAccessKeySecret"],
                endpoint=settings["endpoint"],
                protocol="http",
                region_id="cn-hangzhou",
            )
            clients[service] = importlib.import_module(PACKAGES[service] + ".client").Client(config)
            if service == "esa":
                clients[service]._open_platform_endpoint = settings["endpoint"]
        return clients[service]

    def run(call):
        models = importlib.import_module(PACKAGES[call["service"]] + ".models")
        request = getattr(models, call["request"])()
        request.from_map({name: value for name, value in call["arguments"].items() if name != "$file"})
        if "$file" in call["arguments"]:
            request.url_object = io.BytesIO(call["arguments"]["$file"].encode())
            runtime = RuntimeOptions(ignore_ssl=True)
            return getattr(client(call["service"]), call["method"])(request, runtime).body.to_map()
        return getattr(client(call["service"]), call["method"])(request).body.to_map()

    return run


def teo_caller(settings):
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=settings["endpoint"], protocol="http"))
    keys = credential.Credential(settings["tencentSecretId"], settings["tencentSecretKey"])
    client = teo_client.TeoClient(keys, "", profile)

    def run(call):
        request = getattr(teo_models, call["request"])()
        request.from_json_string(json.dumps(call["arguments"]))
        return json.loads(getattr(client, call["method"])(request).to_json_string())

    return run


def describe(error):
    if isinstance(error, TencentCloudSDKException):
        return {"type": type(error).__name__, "code": error.get_code(), "message": error.get_message()}
    return {
        "type": type(error).__name__,
        "code": getattr(error, "code", None),
        "status": getattr(error, "status_code", None),
        "message": str(getattr(error, "message", error)),
    }


main()
