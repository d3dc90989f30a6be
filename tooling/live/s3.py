"""A server that speaks S3, on a free port of this machine, with the bucket "arrays", until its standard input ends.

Prints the port. Then for each line of input as JSON: of a URI what TileDB-Py reads there; of `list NAME` the keys of objects with NAME in them.
"""

import json
import multiprocessing
import sys
import threading

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
keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **keys)
client.create_bucket(Bucket="arrays")
print(port, flush=True)
config = {"endpoint_override": f"127.0.0.1:{port}", "scheme": "http", "use_virtual_addressing": "false", "region": "us-east-1", **keys}
context = tiledb.Ctx({f"vfs.s3.{name}": value for name, value in config.items()})
for line in sys.stdin:
    if line.startswith("list "):
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="arrays")
        keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
        print(json.dumps([key for key in keys if line.split()[1] in key]), flush=True)
        continue
    with tiledb.open(line.strip(), ctx=context) as array:
        cells = array[:]
        values = cells["x"] if isinstance(cells, dict) else cells
        print(json.dumps({"shape": array.shape, "values": values.ravel().tolist()}), flush=True)
process.terminate()
