"""Makes the traces of this directory: the notebook's training loop in PyTorch, with loss and gradient norm of each
step.
usage: trace.py IMAGES NORM BATCH SEED EPOCHS --train N --test N [--lr X]

IMAGES: the directory that images.py wrote. Weights and order are those that torch.manual_seed(SEED), the network's
constructors and DataLoader(shuffle=True) give, in that order, as in the notebook.
"""
import argparse, numpy as np, torch, torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("images")
parser.add_argument("norm", choices=["bn", "ln", "none"])
for name in ("batch", "seed", "epochs"):
    parser.add_argument(name, type=int)
parser.add_argument("--train", type=int, required=True)
parser.add_argument("--test", type=int, required=True)
parser.add_argument("--lr", type=float, default=0.001)
options = parser.parse_args()
torch.set_num_threads(1)


def data(name, count):
    records = np.fromfile(f"{options.images}/{name}", dtype=np.uint8).reshape(-1, 3073)[:count]
    x = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy()).float() / 255
    mean, deviation = torch.tensor((0.4914, 0.4822, 0.4465)), torch.tensor((0.2023, 0.1994, 0.2010))
    labels = torch.from_numpy(records[:, 0].astype(np.int64))
    return TensorDataset((x - mean.view(3, 1, 1)) / deviation.view(3, 1, 1), labels)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        make = {"bn": nn.BatchNorm2d, "ln": lambda c: nn.GroupNorm(1, c), "none": lambda c: nn.Identity()}[options.norm]
        sizes = [3, 32, 64, 128]
        for layer in (1, 2, 3):
            setattr(self, f"conv{layer}", nn.Conv2d(sizes[layer - 1], sizes[layer], 3, padding=1))
            setattr(self, f"norm{layer}", make(sizes[layer]))
        self.fc1, self.fc2 = nn.Linear(2048, 128), nn.Linear(128, 10)

    def forward(self, x):
        for layer in (1, 2, 3):
            x = torch.relu(getattr(self, f"norm{layer}")(getattr(self, f"conv{layer}")(x)))
            x = torch.max_pool2d(x, 2)
        return self.fc2(torch.relu(self.fc1(torch.flatten(x, 1))))


torch.manual_seed(options.seed)
training = DataLoader(data("data_batch_1.bin", options.train), batch_size=options.batch, shuffle=True)
validation = DataLoader(data("test_batch.bin", options.test), batch_size=options.batch)
network = Network()
optimizer = torch.optim.Adam(network.parameters(), lr=options.lr)


def hits(logits, labels):
    return (logits.argmax(1) == labels).sum().item()


for epoch in range(1, options.epochs + 1):
    network.train()
    losses, correct = [], 0
    for step, (x, labels) in enumerate(training):
        optimizer.zero_grad()
        logits = network(x)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        norm = sum(p.grad.norm(2).item() ** 2 for p in network.parameters()) ** 0.5
        print(f"step {step} {loss.item():.7f} {norm:.7f}")
        optimizer.step()
        losses.append(loss.item())
        correct += hits(logits, labels)
    network.eval()
    tests, right = [], 0
    with torch.no_grad():
        for x, labels in validation:
            logits = network(x)
            tests.append(nn.functional.cross_entropy(logits, labels).item())
            right += hits(logits, labels)
    print(
        f"epoch {epoch} train_loss {np.mean(losses):.6f} val_loss {np.mean(tests):.6f} "
        f"train_acc {100 * correct / options.train:.4f} val_acc {100 * right / options.test:.4f}"
    )
