"""A server that speaks S3 on a free port of this machine, with the bucket "arrays", until its standard input ends.

It takes requests of one user alone, whose keys are in the first line of output: `{ port, id, secret }`, as JSON. Then for each line of
input as JSON: of a URI what TileDB-Py reads there; of `list NAME` the keys of objects with NAME in them; `remove BUCKET` takes a bucket
away with all that is in it.
"""

import json
import multiprocessing
import sys
import threading
import urllib.request

import boto3
import tiledb
from moto.server import ThreadedMotoServer


def serve(end):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    end.send(server.get_host_and_port()[1])
    threading.Event().wait()


# In a process of its own: TileDB-Py lets nothing else run in its process while it reads.
ours, theirs = multiprocessing.Pipe()
process = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
process.start()
port = ours.recv()
endpoint = f"http://127.0.0.1:{port}"


def client(service, **keys):
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", **keys)


iam = client("iam", aws_access_key_id="root", aws_secret_access_key="root")
iam.create_user(UserName="reader")
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName="reader")["AccessKey"]
keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
# From now on who asks must sign with these.
urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"})).read()
s3 = client("s3", **keys)
for bucket in ["arrays", "short-lived"]:
    s3.create_bucket(Bucket=bucket)
print(json.dumps({"port": port, "id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}), flush=True)
config = {"endpoint_override": f"127.0.0.1:{port}", "scheme": "http", "use_virtual_addressing": "false", "region": "us-east-1", **keys}
context = tiledb.Ctx({f"vfs.s3.{name}": value for name, value in config.items()})
for line in sys.stdin:
    command, *names = line.split()
    if command == "list":
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="arrays")
        found = [one["Key"] for page in pages for one in page.get("Contents", [])]
        print(json.dumps([key for key in found if names[0] in key]), flush=True)
        continue
    if command == "remove":
        for one in s3.list_objects_v2(Bucket=names[0])["Contents"]:
            s3.delete_object(Bucket=names[0], Key=one["Key"])
        s3.delete_bucket(Bucket=names[0])
        print(json.dumps({}), flush=True)
        continue
    with tiledb.open(command, ctx=context) as array:
        cells = array[:]
        values = cells["x"] if isinstance(cells, dict) else cells
        print(json.dumps({"shape": array.shape, "values": values.ravel().tolist()}), flush=True)
process.terminate()
