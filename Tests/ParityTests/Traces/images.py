"""Images made by a formula, as CIFAR-10 binary batches, for the traces in this directory.
usage: images.py DIR

Record i, counted through the five training batches, then through the test batch from 1,000,000, has label i mod 10.
Its hash is h = (2654435761 i + 12345) mod 2^32. A pixel byte is the sum of three parts: a triangle wave with a period
of 256 and a height of 127 at column (3 + label + bits 8 to 11 of h) + row (3 + bits 12 to 15 of h) + 40 plane
+ (h >> 16); noise, the top 6 bits of x after j + 1 steps of x = (1664525 x + 1013904223) mod 2^32 from x = h, j being
the byte's index; and 6 times the label.
"""
import sys, numpy as np

def records(first, count):
    number = np.arange(first, first + count, dtype=np.uint64)
    label, h = number % 10, (number * 2654435761 + 12345) & 0xFFFFFFFF
    out = np.empty((count, 3073), np.uint8)
    out[:, 0] = label
    x = h
    for j in range(3072):
        plane, row, column = j // 1024, j % 1024 // 32, j % 32
        x = (x * 1664525 + 1013904223) & 0xFFFFFFFF
        wave = (column * (3 + label + (h >> 8) % 16) + row * (3 + (h >> 12) % 16) + 40 * plane + (h >> 16)) & 255
        out[:, 1 + j] = np.minimum(wave, 255 - wave) + (x >> 26) + 6 * label
    return out

for batch in range(5):
    records(10_000 * batch, 10_000).tofile(f"{sys.argv[1]}/data_batch_{batch + 1}.bin")
records(1_000_000, 10_000).tofile(f"{sys.argv[1]}/test_batch.bin")
