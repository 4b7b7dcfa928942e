"""PyTorch's side of bench/training-step.ts, which starts it: the same network, loss, clipping, AdamW and weight
average, channels-last. Each line read is a number of steps; each line written says what they took."""

import json
import os
import sys
import time

import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "reference"))
from torch_networks import NETWORKS  # noqa: E402

network, batch, size, frozen_prefixes, threads = sys.argv[1:6]
batch, size = int(batch), int(size)
frozen = tuple(frozen_prefixes.split(",")) if frozen_prefixes else ()
torch.set_num_threads(int(threads))
torch.manual_seed(1)

shapes_of, loss_of, feeds_of = NETWORKS[network]


def draw(name, shape):
    if name.endswith("weight"):
        fan_in = shape[0] if len(shape) == 2 else shape[1] * shape[2] * shape[3]
        return torch.randn(shape) * (2 / fan_in) ** 0.5
    return torch.zeros(shape)


def feed(name, shape):
    if name.endswith(("Target", "target")):
        return (torch.rand(shape) > 0.5).float()
    if name.endswith(("Norm", "norm")):
        return torch.tensor(1 / batch)
    return torch.rand(shape)


def channels_last(value):
    return value.to(memory_format=torch.channels_last) if value.dim() == 4 else value


weights = {name: channels_last(draw(name, shape)) for name, shape in shapes_of(size).items()}
trained = {name: w.requires_grad_() for name, w in weights.items() if not name.startswith(frozen or ("-",))}
averages = {name: w.detach().clone() for name, w in trained.items()}
feeds = {name: channels_last(feed(name, shape)) for name, shape in feeds_of(batch, size).items()}
groups = [
    {"params": [w for w in trained.values() if w.dim() > 1], "weight_decay": 0.01},
    {"params": [w for w in trained.values() if w.dim() == 1], "weight_decay": 0.0},
]
optimiser = torch.optim.AdamW(groups, lr=1e-4)


def step():
    optimiser.zero_grad(set_to_none=True)
    loss = loss_of(weights, feeds)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained.values(), 1.0)
    optimiser.step()
    with torch.no_grad():
        for name, weight in trained.items():
            averages[name].lerp_(weight, 0.01)
    return loss.item()


print(json.dumps({"version": torch.__version__, "trained": len(trained)}), flush=True)
for line in sys.stdin:
    wall, cpu = [], []
    for _ in range(int(line)):
        started, used = time.perf_counter(), time.process_time()
        step()
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    print(json.dumps({"wall": wall, "cpu": cpu}), flush=True)
