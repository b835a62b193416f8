"""JAX's side of `sweep-bench engine --against-torch`: the same lines as `torch_training.py`.

usage: jax_training.py RECORDS jax [PROCESSOR ...]

One thread; images normalised beforehand, channels innermost; a step is one compiled function that also takes its images
out of the data set. Pooling is written as the maximum of a reshaped array, whose gradient XLA makes faster code for
than for `reduce_window`'s.
"""

import os
import sys
import time

MEAN = (0.4914, 0.4822, 0.4465)
DEVIATION = (0.2023, 0.1994, 0.2010)
WARM_UP_STEPS = 3

if len(sys.argv) > 3:
    os.sched_setaffinity(0, [int(word) for word in sys.argv[3:]])
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

try:
    import numpy as np
    import jax
    from jax import lax
    from jax import numpy as jnp
except ImportError as error:
    print(f"no {error}; try {sys.executable} -m pip install 'jax[cpu]'", flush=True)
    sys.exit(0)


def initial_parameters(norm, generator):
    """Uniform within 1 / sqrt(fan in), as PyTorch's."""

    def uniform(shape, fan_in):
        return jnp.asarray(generator.uniform(-(fan_in**-0.5), fan_in**-0.5, shape), jnp.float32)

    parameters, channels = {}, (3, 32, 64, 128)
    for layer in (1, 2, 3):
        fan_in = 9 * channels[layer - 1]
        parameters[f"conv{layer}"] = uniform((3, 3, channels[layer - 1], channels[layer]), fan_in)
        parameters[f"bias{layer}"] = uniform((channels[layer],), fan_in)
        if norm != "none":
            parameters[f"gamma{layer}"] = jnp.ones(channels[layer])
            parameters[f"beta{layer}"] = jnp.zeros(channels[layer])
    parameters["fc1"], parameters["fc1_bias"] = uniform((2048, 128), 2048), uniform((128,), 2048)
    parameters["fc2"], parameters["fc2_bias"] = uniform((128, 10), 128), uniform((10,), 128)
    return parameters


def normalised(norm, x, parameters, running, layer):
    """The norm's output and its running statistics after it."""
    if norm == "none":
        return x, {}
    axes = (0, 1, 2) if norm == "bn" else (1, 2, 3)
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    y = (x - mean) * lax.rsqrt(variance + 1e-5) * parameters[f"gamma{layer}"] + parameters[f"beta{layer}"]
    if norm == "ln":
        return y, {}
    count = x.shape[0] * x.shape[1] * x.shape[2]
    values = {f"mean{layer}": mean.ravel(), f"variance{layer}": variance.ravel() * (count / (count - 1))}
    return y, {name: 0.9 * running[name] + 0.1 * value for name, value in values.items()}


def loss_and_state(parameters, running, images, labels, norm):
    x, state = images, {}
    for layer in (1, 2, 3):
        x = lax.conv_general_dilated(
            x, parameters[f"conv{layer}"], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x, statistics = normalised(norm, x + parameters[f"bias{layer}"], parameters, running, layer)
        state.update(statistics)
        n, height, width, channels = x.shape
        x = jax.nn.relu(x).reshape(n, height // 2, 2, width // 2, 2, channels).max((2, 4))
    x = jax.nn.relu(x.reshape(x.shape[0], -1) @ parameters["fc1"] + parameters["fc1_bias"])
    logits = x @ parameters["fc2"] + parameters["fc2_bias"]
    loss = -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()
    return loss, (state, (logits.argmax(1) == labels).sum())


def make_step(norm, images, labels):
    def step(parameters, moments, squares, running, count, totals, indices):
        """One step of Adam on the images at `indices`."""
        (loss, (running, hits)), gradients = jax.value_and_grad(loss_and_state, has_aux=True)(
            parameters, running, images[indices], labels[indices], norm)
        moments = jax.tree.map(lambda m, g: m + 0.1 * (g - m), moments, gradients)
        squares = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, squares, gradients)
        size, root = 0.001 / (1 - 0.9**count), jnp.sqrt(1 - 0.999**count)
        parameters = jax.tree.map(
            lambda p, m, v: p - size * m / (jnp.sqrt(v) / root + 1e-8), parameters, moments, squares)
        return parameters, moments, squares, running, count + 1, (totals[0] + loss, totals[1] + hits)

    return jax.jit(step, donate_argnums=(0, 1, 2, 3, 4, 5))


class Training:
    def __init__(self, norm, batch_size, images, labels):
        self.generator = np.random.default_rng(0)
        self.batch_size = batch_size
        self.image_count = len(labels)
        parameters = initial_parameters(norm, self.generator)
        running = {}
        if norm == "bn":
            for layer, channels in ((1, 32), (2, 64), (3, 128)):
                running[f"mean{layer}"], running[f"variance{layer}"] = jnp.zeros(channels), jnp.ones(channels)
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        self.state = (
            parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), running, jnp.float32(1),
            (jnp.float32(0), jnp.int32(0)))
        self.step_function = make_step(norm, images, labels)
        self.batches = self.all_batches()

    def all_batches(self):
        while True:
            order = self.generator.permutation(self.image_count).astype(np.int32)
            for start in range(0, self.image_count - self.batch_size + 1, self.batch_size):
                yield order[start : start + self.batch_size]

    def step(self):
        self.state = self.step_function(*self.state, next(self.batches))

    def run(self, seconds):
        """Trains for `seconds`; returns the images and the seconds that it took."""
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            self.step()
            # Steps are queued: a clock that is read without waiting for them would measure the queue.
            jax.block_until_ready(self.state[5])
            count += self.batch_size
        return count, time.perf_counter() - start


def load(path):
    records = np.fromfile(path, dtype=np.uint8).reshape(-1, 3073)
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1).astype(np.float32) / 255
    images = (images - np.float32(MEAN)) / np.float32(DEVIATION)
    return jnp.asarray(images), jnp.asarray(records[:, 0].astype(np.int32))


def main(path):
    images, labels = load(path)
    print("ready", flush=True)
    while words := sys.stdin.readline().split():
        training = Training(words[0], int(words[1]), images, labels)
        for _ in range(WARM_UP_STEPS):
            training.step()
        jax.block_until_ready(training.state[5])
        print("ready", flush=True)
        count, seconds = training.run(float(sys.stdin.readline()))
        print(count, seconds, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
