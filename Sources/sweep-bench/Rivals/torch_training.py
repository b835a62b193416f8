"""PyTorch's side of `sweep-bench engine --against-torch`.

usage: torch_training.py RECORDS ARRANGEMENT [PROCESSOR ...]

RECORDS holds labels and images as CIFAR-10's binary batches do. ARRANGEMENT is one of

  notebook  2 threads, two loader workers over PIL images, transforms image by image
  eager     1 thread, images normalised beforehand, channels last, the fused Adam, nothing read back in a step
  compile   the same with network and loss through torch.compile
  bf16      eager with autocast to bfloat16

and all but the notebook are bound to the logical PROCESSORs if any are given.

It prints "ready" when it is. Standard input has lines "NORM BATCH_SIZE", each answered by "ready" when the training is
warm, and then "SECONDS", answered by "IMAGES SECONDS" after training for that long. Instead of "ready" it may say
"no REASON"; after a NORM it then waits for the next one.
"""

import os
import sys
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

MEAN = (0.4914, 0.4822, 0.4465)
DEVIATION = (0.2023, 0.1994, 0.2010)
WARM_UP_STEPS = 3


class Network(nn.Module):
    def __init__(self, norm):
        super().__init__()
        norms = {"bn": nn.BatchNorm2d, "ln": lambda channels: nn.GroupNorm(1, channels), "none": nn.Identity}
        self.conv1 = nn.Conv2d(3, 32, kernel_size=3, padding=1)
        self.norm1 = norms[norm](32)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3, padding=1)
        self.norm2 = norms[norm](64)
        self.conv3 = nn.Conv2d(64, 128, kernel_size=3, padding=1)
        self.norm3 = norms[norm](128)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(128 * 4 * 4, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.norm1(self.conv1(x))))
        x = self.pool(torch.relu(self.norm2(self.conv2(x))))
        x = self.pool(torch.relu(self.norm3(self.conv3(x))))
        return self.fc2(torch.relu(self.fc1(torch.flatten(x, 1))))


def to_tensor(picture):
    """What torchvision's ToTensor does, operation by operation."""
    image = torch.from_numpy(np.array(picture, np.uint8, copy=True))
    image = image.view(picture.size[1], picture.size[0], len(picture.getbands()))
    return image.permute((2, 0, 1)).contiguous().to(dtype=torch.get_default_dtype()).div(255)


def normalize(tensor):
    """What torchvision's Normalize does, operation by operation."""
    tensor = tensor.clone()
    mean = torch.as_tensor(MEAN, dtype=tensor.dtype, device=tensor.device)
    deviation = torch.as_tensor(DEVIATION, dtype=tensor.dtype, device=tensor.device)
    if (deviation == 0).any():
        raise ValueError("a deviation is 0")
    return tensor.sub_(mean.view(-1, 1, 1)).div_(deviation.view(-1, 1, 1))


class Pictures(Dataset):
    """Images as torchvision's CIFAR10 holds them: rows of pixels, made a PIL image when asked for."""

    def __init__(self, images, labels):
        self.images = images.transpose(0, 2, 3, 1).copy()
        self.labels = labels.tolist()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return normalize(to_tensor(Image.fromarray(self.images[index]))), self.labels[index]


def notebook_batches(images, labels, batch_size):
    """Passes over the images without end, through the notebook's loader."""
    loader = DataLoader(
        Pictures(images, labels), batch_size=batch_size, shuffle=True, num_workers=2, multiprocessing_context="fork")
    while True:
        yield from loader


def prepared_batches(images, labels, batch_size):
    """The same from tensors that are normalised already and lie as the convolutions want them."""
    while True:
        for indices in torch.randperm(len(labels)).split(batch_size):
            yield images[indices].contiguous(memory_format=torch.channels_last), labels[indices]


class NotebookTraining:
    """The notebook's loop, step by step, with its loss and accuracy."""

    def __init__(self, norm, batch_size, images, labels):
        self.network = Network(norm)
        self.batches = notebook_batches(images, labels, batch_size)
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=0.001)
        self.loss = 0.0
        self.correct = 0
        self.images = 0
        self.network.train()

    def step(self):
        inputs, labels = next(self.batches)
        self.optimizer.zero_grad()
        outputs = self.network(inputs)
        loss = self.criterion(outputs, labels)
        loss.backward()
        self.optimizer.step()
        self.loss += loss.item()
        _, predicted = torch.max(outputs.data, 1)
        self.images += labels.size(0)
        self.correct += (predicted == labels).sum().item()


class PreparedTraining:
    """The best that PyTorch does where each core trains a task of its own."""

    def __init__(self, norm, batch_size, images, labels, arrangement):
        self.network = Network(norm).to(memory_format=torch.channels_last)
        self.batches = prepared_batches(images, labels, batch_size)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=0.001, fused=True)
        self.loss = torch.zeros(())
        self.correct = torch.zeros((), dtype=torch.long)
        self.images = 0
        self.autocast = torch.autocast("cpu", torch.bfloat16, enabled=arrangement == "bf16")
        self.forward = torch.compile(self.outputs, dynamic=False) if arrangement == "compile" else self.outputs
        self.network.train()

    def outputs(self, inputs, labels):
        """The loss, and how many labels were found."""
        with self.autocast:
            outputs = self.network(inputs)
        return nn.functional.cross_entropy(outputs.float(), labels), (outputs.argmax(1) == labels).sum()

    def step(self):
        inputs, labels = next(self.batches)
        self.optimizer.zero_grad()
        loss, correct = self.forward(inputs, labels)
        loss.backward()
        self.optimizer.step()
        self.loss += loss.detach()
        self.correct += correct
        self.images += labels.size(0)


def run(training, seconds):
    """Trains for `seconds`; returns the images and the seconds that it took."""
    before, start = training.images, time.perf_counter()
    while time.perf_counter() - start < seconds:
        training.step()
    return training.images - before, time.perf_counter() - start


def load(path):
    records = np.fromfile(path, dtype=np.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].astype(np.int64)


def prepared(images, labels):
    values = torch.from_numpy(images).float().div_(255)
    mean, deviation = torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(DEVIATION).view(1, 3, 1, 1)
    return values.sub_(mean).div_(deviation).contiguous(memory_format=torch.channels_last), torch.from_numpy(labels)


def make_training(arrangement, norm, batch_size, images, labels):
    if arrangement == "notebook":
        return NotebookTraining(norm, batch_size, images, labels)
    return PreparedTraining(norm, batch_size, images, labels, arrangement)


def one_line(error):
    """What an exception says, shortened to a line."""
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return f"{type(error).__name__}: {lines[0]}"[:200]


def main(path, arrangement, processors):
    is_notebook = arrangement == "notebook"
    if processors:
        os.sched_setaffinity(0, processors)
    torch.set_num_threads(2 if is_notebook else 1)
    images, labels = load(path) if is_notebook else prepared(*load(path))
    print("ready", flush=True)
    while words := sys.stdin.readline().split():
        torch.manual_seed(0)
        try:
            training = make_training(arrangement, words[0], int(words[1]), images, labels)
            for _ in range(WARM_UP_STEPS):
                training.step()
        except Exception as error:
            print(f"no {one_line(error)}", flush=True)
            continue
        print("ready", flush=True)
        count, seconds = run(training, float(sys.stdin.readline()))
        # Ends the loader's workers, which would otherwise go on beside the next measurement.
        training.batches.close()
        del training
        torch._dynamo.reset()
        print(count, seconds, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], [int(word) for word in sys.argv[3:]])
