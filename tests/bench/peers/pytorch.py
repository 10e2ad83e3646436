#!/usr/bin/env python3
"""The workloads in PyTorch on the CPU, a JSON line each (Debian 12: python3-torch)."""
import argparse
import gzip
import json
import math
import os
import pathlib
import time

PRODUCTS = [(128, 784, 1000), (100, 1000, 1000), (512, 512, 512)]

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--workloads", default="vae,nice,nce2d,conv,vq,pixelcnn,gemm")
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--warmup", type=int, default=3)
parser.add_argument("--mnist", help="folder of train-images-idx3-ubyte.gz; else random images")
args = parser.parse_args()

# OpenBLAS and OpenMP read these when they are loaded. Each keeps threads of its own, so those of
# OpenMP must sleep while they wait, or they take the processors from OpenBLAS.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(args.threads)
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from gated_pixelcnn import GatedPixelCnn  # noqa: E402

torch.set_num_threads(args.threads)
torch.manual_seed(1)


def load_images():
    if not args.mnist:
        return torch.rand(1000, 784)
    path = pathlib.Path(args.mnist) / "train-images-idx3-ubyte.gz"
    pixels = numpy.frombuffer(gzip.decompress(path.read_bytes()), numpy.uint8, offset=16)
    return torch.from_numpy(pixels.reshape(-1, 784).astype(numpy.float32) / 255)


def feeder(batch):
    images = load_images()
    count = len(images) // batch
    return lambda step: images[step % count * batch :][:batch]


def mlp(sizes, activation):
    layers = []
    for rows, columns in zip(sizes, sizes[1:]):
        layers += [nn.Linear(rows, columns), activation()]
    return nn.Sequential(*layers[:-1])


class Vae(nn.Module):
    batch, flop = 100, 0.41e9

    def __init__(self):
        super().__init__()
        self.encoder = mlp([784, 500, 40], nn.Tanh)
        self.decoder = mlp([20, 500, 784], nn.Tanh)
        self.next = feeder(self.batch)

    def loss(self, x):
        mean, log_variance = self.encoder(x).chunk(2, 1)
        code = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        reconstruction = F.binary_cross_entropy_with_logits(self.decoder(code), x, reduction="sum")
        divergence = 0.5 * (log_variance.exp() + mean.square() - log_variance - 1).sum()
        return (reconstruction + divergence) / self.batch


class Nice(nn.Module):
    batch, flop = 200, 23e9

    def __init__(self):
        super().__init__()
        self.nets = nn.ModuleList(mlp([392] + 5 * [1000] + [392], nn.ReLU) for _ in range(4))
        self.scale = nn.Parameter(torch.zeros(2, 392))
        self.next = feeder(self.batch)

    def loss(self, x):
        halves = [x[:, 0::2], x[:, 1::2]]
        for i, net in enumerate(self.nets):
            halves[i % 2] = halves[i % 2] + net(halves[1 - i % 2])
        energy = 0
        for half, scale in zip(halves, self.scale):
            z = half * scale.exp()
            energy = energy + (F.softplus(z) + F.softplus(-z)).sum()
        return energy / self.batch - self.scale.sum()


class Nce(nn.Module):
    batch, flop = 512, 2 * 1024 * (2 * 64 * 2 + 64 * 64 * 3 + 64 * 3)

    def __init__(self):
        super().__init__()
        self.energy = mlp([2, 64, 64, 1], nn.Tanh)
        self.constant = nn.Parameter(torch.zeros(1))

    def next(self, _):
        """Eight Gaussians on a circle, then noise of deviation 2."""
        angle = torch.randint(8, (self.batch,)) * (math.pi / 4)
        centre = 4 * torch.stack([angle.cos(), angle.sin()], 1)
        data = (centre + 0.5 * torch.randn(self.batch, 2)) / 1.414
        return torch.cat([data, 2 * torch.randn(self.batch, 2)])

    def loss(self, points):
        log_noise = points.square().sum(1) / -8 - math.log(8 * math.pi)
        logit = self.constant - self.energy(points).squeeze(1) - log_noise
        data, noise = logit.chunk(2)
        return F.softplus(-data).mean() + F.softplus(noise).mean()


class Conv(nn.Module):
    batch = 64
    # Multiply-adds of an image: forward once, backward twice but for the first layer's input.
    flop = 2 * 64 * 49 * (4 * 32 * 16 * 2 + 3 * (32 * 64 * 16 + 64 * 64 * 9 + 64 * 32 * 16)
                          + 3 * 4 * 32 * 16)

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),
            nn.Conv2d(64, 64, 3, 1, 1), nn.ReLU(), nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 4, 2, 1))
        images = feeder(self.batch)
        self.next = lambda step: images(step).reshape(-1, 1, 28, 28)

    def loss(self, x):
        return F.mse_loss(self.net(x), x)


class Residual(nn.Module):
    def __init__(self, channels, inside):
        super().__init__()
        self.wide = nn.Conv2d(channels, inside, 3, 1, 1)
        self.back = nn.Conv2d(inside, channels, 1)

    def forward(self, x):
        return x + self.back(F.relu(self.wide(F.relu(x))))


class Vq(nn.Module):
    batch, width, codes = 64, 64, 512
    # As of Conv; a residual block is 3×3 to 32 channels and 1×1 back; then the codes' products.
    flop = 2 * 64 * (196 * 64 * 16 * 2 + 49 * 3 * (
        64 * 128 * 16 + 128 * 128 * 9 + 2 * (128 * 32 * 9 + 32 * 128) + 128 * 64
        + 64 * 128 * 9 + 2 * (128 * 32 * 9 + 32 * 128) + 128 * 64 * 16)
        + 3 * 196 * 64 * 16 + 49 * 64 * 512)

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 64, 4, 2, 1), nn.ReLU(), nn.Conv2d(64, 128, 4, 2, 1), nn.ReLU(),
            nn.Conv2d(128, 128, 3, 1, 1), Residual(128, 32), Residual(128, 32), nn.ReLU(),
            nn.Conv2d(128, 64, 1))
        self.decoder = nn.Sequential(
            nn.Conv2d(64, 128, 3, 1, 1), Residual(128, 32), Residual(128, 32), nn.ReLU(),
            nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1))
        self.codebook = nn.Parameter((2 * torch.rand(self.codes, self.width) - 1) / self.codes)
        images = feeder(self.batch)
        self.next = lambda step: images(step).reshape(-1, 1, 28, 28)

    def loss(self, x):
        z = self.encoder(x).permute(0, 2, 3, 1)
        flat = z.reshape(-1, self.width)
        nearness = flat @ self.codebook.t() - 0.5 * self.codebook.square().sum(1)
        chosen = F.embedding(nearness.argmax(1), self.codebook)
        passed = (flat + (chosen - flat).detach()).reshape(z.shape).permute(0, 3, 1, 2)
        return (F.mse_loss(self.decoder(passed), x) + F.mse_loss(chosen, flat.detach())
                + 0.25 * F.mse_loss(flat, chosen.detach()))


class PixelCnn(nn.Module):
    batch, width, depth = 32, 32, 8
    flop = 2 * 32 * 784 * (2 * (21 * 64 + 3 * 64) + 3 * (64 * 64 + 32 * 32) + 3 * 8 * (
        6 * 32 * 64 + 2 * 32 * 64 + 64 * 64 + 32 * 32) + 3 * (32 * 64 + 64))

    def __init__(self):
        super().__init__()
        self.network = GatedPixelCnn(self.width, self.depth)
        images = feeder(self.batch)
        self.next = lambda step: (images(step).reshape(-1, 1, 28, 28) > 0.5).float()

    def loss(self, x):
        return self.network.nats(x).mean()


def measure(step):
    """Times step(i), which returns its loss or None."""
    times, losses = [], []
    for i in range(args.warmup + args.steps):
        start = time.perf_counter()
        losses.append(step(i))
        times.append(1e3 * (time.perf_counter() - start))
    return times[args.warmup :], losses[0], losses[-1]


def print_line(workload, batch, flop, note, measured):
    times, first, last = measured
    median = sorted(times)[len(times) // 2]
    print(json.dumps({
        "program": "pytorch", "executor": "cpu", "threads": args.threads, "workload": workload,
        "batch": batch, "ms_per_step_median": median, "ms_min": min(times), "ms_max": max(times),
        "steps": args.steps, "first_loss": first, "last_loss": last,
        "gflops": flop / median / 1e6, "peak_gflops": None,
        "note": f"torch {torch.__version__}; {note}"}), flush=True)


def train(workload, model, note):
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step(i):
        adam.zero_grad(set_to_none=True)
        loss = model.loss(model.next(i))
        loss.backward()
        adam.step()
        return loss.item()

    print_line(workload, model.batch, model.flop, note, measure(step))


def multiply(rows, inner, columns):
    a, b, c = torch.rand(rows, inner), torch.rand(inner, columns), torch.empty(rows, columns)

    def step(_):
        torch.mm(a, b, out=c)

    print_line("gemm", rows, 2 * rows * inner * columns, f"{rows}x{inner}x{columns}", measure(step))


MODELS = {"vae": Vae, "nice": Nice, "nce2d": Nce, "conv": Conv, "vq": Vq,
          "pixelcnn": PixelCnn}

for name in args.workloads.split(","):
    if name == "gemm":
        for shape in PRODUCTS:
            multiply(*shape)
    elif name == "nce2d":
        train(name, MODELS[name](), "512 + 512 points drawn each step")
    else:
        train(name, MODELS[name](), "MNIST" if args.mnist else "uniform random images")
