"""Loads weights that the engine saved into the notebook's network and prints loss and accuracy of a validation pass.
usage: predict.py WEIGHTS.safetensors TEST_BATCH.bin NORM BATCH

The safetensors format is read by hand, so that PyTorch alone is needed: eight bytes of header length, JSON, data.
"""
import json, struct, sys, torch, torch.nn as nn

path, images, norm, batch = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
raw = open(path, "rb").read()
length = struct.unpack("<Q", raw[:8])[0]
types = {"F32": torch.float32, "I64": torch.int64}
state = {}
for name, entry in json.loads(raw[8 : 8 + length]).items():
    if name == "__metadata__":
        continue
    start, end = (8 + length + offset for offset in entry["data_offsets"])
    state[name] = torch.frombuffer(bytearray(raw[start:end]), dtype=types[entry["dtype"]]).reshape(entry["shape"])


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        make = {"bn": nn.BatchNorm2d, "ln": lambda c: nn.GroupNorm(1, c), "none": lambda c: nn.Identity()}[norm]
        sizes = [3, 32, 64, 128]
        for layer in (1, 2, 3):
            setattr(self, f"conv{layer}", nn.Conv2d(sizes[layer - 1], sizes[layer], 3, padding=1))
            setattr(self, f"norm{layer}", make(sizes[layer]))
        self.fc1, self.fc2 = nn.Linear(2048, 128), nn.Linear(128, 10)

    def forward(self, x):
        for layer in (1, 2, 3):
            x = getattr(self, f"norm{layer}")(getattr(self, f"conv{layer}")(x))
            x = torch.max_pool2d(torch.relu(x), 2)
        return self.fc2(torch.relu(self.fc1(torch.flatten(x, 1))))


network = Network()
network.load_state_dict(state)
network.eval()
records = torch.frombuffer(bytearray(open(images, "rb").read()), dtype=torch.uint8).reshape(-1, 3073)
mean, deviation = torch.tensor((0.4914, 0.4822, 0.4465)), torch.tensor((0.2023, 0.1994, 0.2010))
x = (records[:, 1:].reshape(-1, 3, 32, 32).float() / 255 - mean.view(3, 1, 1)) / deviation.view(3, 1, 1)
labels = records[:, 0].long()
losses, hits = [], 0
with torch.no_grad():
    for first in range(0, len(x), batch):
        logits = network(x[first : first + batch])
        losses.append(nn.functional.cross_entropy(logits, labels[first : first + batch]).item())
        hits += (logits.argmax(1) == labels[first : first + batch]).sum().item()
print(sum(losses) / len(losses), 100 * hits / len(x))
