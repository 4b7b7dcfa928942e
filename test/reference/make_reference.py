"""Writes reference.json: what PyTorch, in 64 bits, makes of the project's networks.

    python3 test/reference/make_reference.py        (Debian: apt install python3-torch)

Weights and feeds come from a hash of (name, index) that reference.test.ts computes alike, bit for bit, so only
losses, gradient norms and one projection a gradient need to be stored.
"""

import json
import os
import re

import numpy as np
import torch

from torch_networks import NETWORKS

CASES = {"seed-cnn": (3, 42), "finder": (2, 64), "reader": (2, 64)}
STEPS, RATE, DECAY, CLIP = 3, 1e-4, 0.02, 1.0


def uniform(name, count):
    """Numbers in [-1, 1) by murmur3's finaliser over the element's index, seeded with the name."""
    seed = 0
    for letter in name:
        seed = (seed * 31 + ord(letter)) & 0xFFFFFFFF
    h = (np.arange(count, dtype=np.uint64) * 0x9E3779B1 + seed) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> np.uint64(shift)
        h = (h * factor) & 0xFFFFFFFF
    h ^= h >> np.uint64(16)
    return h.astype(np.float64) / 2**31 - 1


def draw(name, shape):
    values = uniform(name, int(np.prod(shape, dtype=int))).reshape(shape)
    if name.endswith(".weight"):
        fan_in = shape[0] if len(shape) == 2 else shape[1] * shape[2] * shape[3]
        values = values * np.sqrt(6 / fan_in)
    elif name.endswith(".bias"):
        values = values * 0.1
    elif name.endswith("Norm") or name == "norm":
        values = np.full(shape, 0.05)
    elif name.endswith("Weight") or name == "weight":
        values = (values + 1) / 2
    elif name in ("geometryTarget", "placeTarget"):
        values = 2 * values
    elif name.endswith("Target") or name == "target":
        values = (values > 0.5).astype(np.float64)
    # Both sides start from the same 32-bit numbers.
    return torch.from_numpy(values.astype(np.float32).astype(np.float64))


def describe(name, gradient):
    projection = uniform(f"projection {name}", gradient.numel())
    return [float(gradient.norm()), float(gradient.flatten().numpy() @ projection)]


def reference(network, n, size):
    shapes_of, loss_of, feeds_of = NETWORKS[network]
    weights = {name: draw(name, shape).requires_grad_() for name, shape in shapes_of(size).items()}
    feed = {name: draw(name, shape) for name, shape in feeds_of(n, size).items()}
    groups = [
        {
            "params": [weight],
            "lr": RATE * (0.25 if name.startswith("trunk") else 1),
            "weight_decay": DECAY if weight.dim() > 1 else 0.0,
        }
        for name, weight in weights.items()
    ]
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8)
    losses, norms, gradients = [], [], {}
    for step in range(STEPS):
        optimiser.zero_grad()
        loss = loss_of(weights, feed)
        loss.backward()
        if step == 0:
            gradients = {name: describe(name, weight.grad) for name, weight in weights.items()}
        losses.append(loss.item())
        norms.append(float(torch.nn.utils.clip_grad_norm_(weights.values(), CLIP)))
        optimiser.step()
    return {"batch": n, "size": size, "losses": losses, "norms": norms, "gradients": gradients}


def main():
    torch.set_default_dtype(torch.float64)
    result = {"torch": torch.__version__, "rate": RATE, "weightDecay": DECAY, "clipNorm": CLIP, "networks": {}}
    for network, (n, size) in CASES.items():
        result["networks"][network] = reference(network, n, size)
    text = json.dumps(result, indent=1)
    # Nine digits are plenty, and a pair of numbers reads better on one line.
    text = re.sub(r"-?\d+\.\d{6,}(e-?\d+)?|-?\d+\.\d+e-\d+", lambda m: f"{float(m[0]):.9g}", text)
    text = re.sub(r"\[\s+([^\[\]]+?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.json")
    with open(path, "w", encoding="utf8") as file:
        file.write(text + "\n")


main()
