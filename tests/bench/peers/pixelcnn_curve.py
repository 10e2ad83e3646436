#!/usr/bin/env python3
"""ln p of MNIST's test digits after some epochs of a gated PixelCNN, in PyTorch and in the lab: the
same layers, size of minibatches, optimiser and law of first weights (Debian 12: python3-torch)."""
import argparse
import gzip
import json
import os
import pathlib
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("mnist", type=pathlib.Path, help="folder of MNIST's four files")
parser.add_argument("--lab", default="build/release/lab", help="the program")
parser.add_argument("--pictures", type=int, default=5000)
parser.add_argument("--test", type=int, default=2000)
parser.add_argument("--epochs", type=int, nargs="+", default=[1, 5, 20])
parser.add_argument("--width", type=int, default=16)
parser.add_argument("--depth", type=int, default=5)
parser.add_argument("--seeds", type=int, nargs="+", default=[1])
parser.add_argument("--threads", type=int, default=1)
args = parser.parse_args()
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(args.threads)
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy  # noqa: E402
import torch  # noqa: E402

from gated_pixelcnn import GatedPixelCnn  # noqa: E402

BATCH, RATE = 32, 1e-3
torch.set_num_threads(args.threads)


def bits(name, most):
    pixels = numpy.frombuffer(gzip.decompress((args.mnist / name).read_bytes()), numpy.uint8, offset=16)
    return (torch.from_numpy(pixels.copy()).reshape(-1, 1, 28, 28)[:most] > 127).float()


def told(program, seed, epochs, mean, error, seconds):
    print(json.dumps({"program": program, "seed": seed, "epochs": epochs, "log_likelihood_test": round(mean, 3),
                      "log_likelihood_test_se": round(error, 3), "seconds": round(seconds, 1)}), flush=True)


def start_as_the_lab(model):
    """Weights N(0, gain^2/in), sqrt(2) the gain before a rectifier, else 1; biases 0."""
    for layer in model.modules():
        if isinstance(layer, torch.nn.Conv2d):
            gain = 2 ** 0.5 if layer is model.head[1] else 1
            torch.nn.init.normal_(layer.weight, 0, gain / layer.weight[0].numel() ** 0.5)
            torch.nn.init.zeros_(layer.bias)


def in_pytorch(seed):
    torch.manual_seed(seed)
    train = bits("train-images-idx3-ubyte.gz", args.pictures)
    test = bits("t10k-images-idx3-ubyte.gz", args.test)
    model = GatedPixelCnn(args.width, args.depth)
    start_as_the_lab(model)
    adam = torch.optim.Adam(model.parameters(), lr=RATE)
    steps, seconds = 0, 0
    order = torch.empty(0, dtype=torch.long)
    for epochs in args.epochs:
        start = time.perf_counter()
        while steps < epochs * args.pictures // BATCH:
            if len(order) < BATCH:
                order = torch.cat([order, torch.randperm(len(train))])
            rows, order = order[:BATCH], order[BATCH:]
            adam.zero_grad(set_to_none=True)
            model.nats(train[rows]).mean().backward()
            adam.step()
            steps += 1
        seconds += time.perf_counter() - start
        with torch.no_grad():
            nats = torch.cat([model.nats(part) for part in test.split(250)])
        told("pytorch", seed, epochs, -nats.mean().item(), nats.std().item() / len(nats) ** 0.5, seconds)


def in_the_lab(seed):
    specification = {
        "data": {"name": "file", "file": "train-images-idx3-ubyte.gz", "test_file": "t10k-images-idx3-ubyte.gz",
                 "train": args.pictures, "test": args.test, "binarise": "threshold"},
        "model": {"name": "ar", "architecture": "gated-pixelcnn", "width": args.width, "depth": args.depth},
        "objective": {"batch": BATCH}, "optimiser": {"rate": RATE}, "seed": seed}
    with tempfile.TemporaryDirectory() as folder:
        for i, epochs in enumerate(args.epochs):
            command = [args.lab, "train", "--data", str(args.mnist), "--threads", str(args.threads), "--json",
                       "--steps", str(epochs * args.pictures // BATCH), "--out", folder]
            command += ["--resume"] if i > 0 else ["-"]
            done = subprocess.run(command, input=json.dumps(specification), capture_output=True, text=True, check=True)
            final = json.loads(done.stdout.splitlines()[-1])["final"]
            told("lab", seed, epochs, final["log_likelihood_test"], final["log_likelihood_test_se"], final["seconds"])


for each in args.seeds:
    in_the_lab(each)
    in_pytorch(each)
