"""The project's three networks and their losses in PyTorch: the independent implementation that the networks
written in TypeScript are checked against (make_reference.py) and timed against (bench/training_step.py).

Weights are a dict of tensors under the TypeScript side's names; a network is a function of them.
"""

import torch
import torch.nn.functional as F

BLOCKS = [  # expansion, channels, repeats, first stride: Sandler et al. 2018, table 2
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


def trunk_layers():
    """(name, inputs, outputs, kernel, stride, depthwise, input of its block) of every convolution, in order."""
    yield "trunk.Conv", 3, 32, 3, 2, False, None
    channels, number = 32, 0
    for expansion, outputs, repeats, first_stride in BLOCKS:
        for repeat in range(repeats):
            name = "trunk.expanded_conv" + (f"_{number}" if number else "")
            stride = first_stride if repeat == 0 else 1
            inside = channels * expansion
            if expansion > 1:
                yield f"{name}.expand", channels, inside, 1, 1, False, number
            yield f"{name}.depthwise", inside, inside, 3, stride, True, number
            yield f"{name}.project", inside, outputs, 1, 1, False, number
            channels, number = outputs, number + 1


def trunk_shapes():
    shapes = {}
    for name, inputs, outputs, k, _, depthwise, _ in trunk_layers():
        shapes[f"{name}.weight"] = (outputs, 1 if depthwise else inputs, k, k)
        shapes[f"{name}.bias"] = (outputs,)
    return shapes


def conv_shapes(name, inputs, outputs, k):
    return {f"{name}.weight": (outputs, inputs, k, k), f"{name}.bias": (outputs,)}


def finder_shapes():
    return {
        **trunk_shapes(),
        **conv_shapes("head.p5", 320, 64, 1),
        **conv_shapes("head.p4", 96, 64, 1),
        **conv_shapes("head.p3", 32, 64, 1),
        **conv_shapes("head.mix", 64, 64, 3),
        **conv_shapes("head.mouth", 64, 1, 1),
        **conv_shapes("head.rest", 64, 6, 1),
    }


def reader_shapes(size):
    return {
        **trunk_shapes(),
        **conv_shapes("head.coarse", 320, 192, 1),
        **conv_shapes("head.middle", 96, 64, 1),
        **conv_shapes("head.where", 96, 24, 1),
        "head.dense.weight": (256, 2),
        "head.dense.bias": (2,),
        "head.place.weight": (24 * (size // 16) ** 2, 5),
        "head.place.bias": (5,),
    }


def seed_cnn_shapes(size):
    side = size
    for _ in range(3):
        side = (side - 2) // 2
    return {
        **conv_shapes("conv1", 3, 32, 3),
        **conv_shapes("conv2", 32, 64, 3),
        **conv_shapes("conv3", 64, 128, 3),
        "dense1.weight": (side * side * 128, 128),
        "dense1.bias": (128,),
        "dense2.weight": (128, 1),
        "dense2.bias": (1,),
    }


def same(x, stride):
    """TensorFlow's SAME padding for a 3 × 3 kernel: an even side at stride 2 gets its one pixel at the end."""
    height, width = x.shape[2:]
    before = lambda side: 0 if stride == 2 and side % 2 == 0 else 1
    return F.pad(x, (before(width), 1, before(height), 1))


def layer(w, name, x, stride=1, groups=1):
    weight = w[f"{name}.weight"]
    if weight.shape[2] == 3:
        x = same(x, stride)
    return F.conv2d(x, weight, w[f"{name}.bias"], stride=stride, groups=groups)


def trunk(w, x):
    """The outputs of blocks 5, 12 and 16: strides 8, 16 and 32."""
    outputs, block_input, current = {}, None, None
    for name, inputs, channels, _, stride, depthwise, number in trunk_layers():
        if number != current:
            block_input, current = x, number
        x = layer(w, name, x, stride, inputs if depthwise else 1)
        if not name.endswith("project"):
            x = F.relu6(x)
            continue
        if x.shape == block_input.shape:
            x = x + block_input
        outputs[number] = x
    return outputs[5], outputs[12], outputs[16]


def finder(w, x):
    stride8, stride16, stride32 = trunk(w, x)
    double = lambda value: F.interpolate(value, scale_factor=2, mode="nearest")
    p5 = F.relu6(layer(w, "head.p5", stride32))
    p4 = F.relu6(layer(w, "head.p4", stride16) + double(p5))
    p3 = F.relu6(layer(w, "head.p3", stride8) + double(p4))
    mixed = F.relu6(layer(w, "head.mix", p3))
    return torch.cat([layer(w, "head.mouth", mixed), layer(w, "head.rest", mixed)], 1)


def reader(w, x):
    _, stride16, stride32 = trunk(w, x)
    pooled = lambda name, value: F.relu6(layer(w, name, value)).mean((2, 3))
    features = torch.cat([pooled("head.coarse", stride32), pooled("head.middle", stride16)], 1)
    state = features @ w["head.dense.weight"] + w["head.dense.bias"]
    cells = F.relu6(layer(w, "head.where", stride16)).flatten(1)
    return torch.cat([state, cells @ w["head.place.weight"] + w["head.place.bias"]], 1)


def seed_cnn(w, x):
    for name in ("conv1", "conv2", "conv3"):
        x = F.max_pool2d(F.relu(F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"])), 2)
    x = F.relu(x.flatten(1) @ w["dense1.weight"] + w["dense1.bias"])
    return x @ w["dense2.weight"] + w["dense2.bias"]


def bce(logits, target, weight, norm):
    return (F.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight).sum() * norm


def focal(logits, target, weight, norm):
    p = torch.sigmoid(logits)
    agreed = torch.where(target > 0.5, p, 1 - p)
    cross = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return ((1 - agreed) ** 2 * cross * weight).sum() * norm


def finder_loss(w, feed):
    y = finder(w, feed["x"])
    mouth, state, geometry = y[:, 0:1], y[:, 1:2], y[:, 2:7]
    flat, cells = mouth.flatten(1), mouth[0].numel()
    presence = 0.25 * (torch.logsumexp(flat / 0.25, 1, keepdim=True) - torch.log(torch.tensor(float(cells))))
    attended = (torch.softmax(flat, 1) * state.flatten(1)).sum(1, keepdim=True)
    distance = F.smooth_l1_loss(geometry, feed["geometryTarget"], reduction="none")
    return (
        focal(mouth, feed["mouthTarget"], feed["mouthWeight"], feed["mouthNorm"])
        + 0.5 * bce(state, feed["openTarget"], feed["openWeight"], feed["openNorm"])
        + 0.5 * (distance * feed["geometryWeight"]).sum() * feed["geometryNorm"]
        + 0.5 * bce(presence, feed["presenceTarget"], feed["presenceWeight"], feed["batchNorm"])
        + 0.5 * bce(attended, feed["stateTarget"], feed["stateWeight"], feed["batchNorm"])
    )


def reader_loss(w, feed):
    y = reader(w, feed["x"])
    distance = F.smooth_l1_loss(y[:, 2:], feed["placeTarget"], reduction="none")
    return (
        bce(y[:, :2], feed["target"], feed["weight"], feed["norm"])
        + 0.3 * (distance * feed["placeWeight"]).sum() * feed["placeNorm"]
    )


def seed_loss(w, feed):
    return bce(seed_cnn(w, feed["x"]), feed["target"], feed["weight"], feed["norm"])


def finder_feeds(n, size):
    cells = size // 8
    maps = {"mouth": 1, "open": 1, "geometry": 5}
    feeds = {"x": (n, 3, size, size)}
    for name, channels in maps.items():
        feeds[f"{name}Target"] = feeds[f"{name}Weight"] = (n, channels, cells, cells)
    for name in ("presence", "state"):
        feeds[f"{name}Target"] = feeds[f"{name}Weight"] = (n, 1)
    return {**feeds, "mouthNorm": (), "openNorm": (), "geometryNorm": (), "batchNorm": ()}


def column_feeds(n, size, columns):
    return {"x": (n, 3, size, size), "target": (n, columns), "weight": (n, columns), "norm": ()}


def reader_feeds(n, size):
    places = {"placeTarget": (n, 5), "placeWeight": (n, 5), "placeNorm": ()}
    return {**column_feeds(n, size, 2), **places}


NETWORKS = {
    "seed-cnn": (seed_cnn_shapes, seed_loss, lambda n, size: column_feeds(n, size, 1)),
    "finder": (lambda _: finder_shapes(), finder_loss, finder_feeds),
    "reader": (reader_shapes, reader_loss, reader_feeds),
}
