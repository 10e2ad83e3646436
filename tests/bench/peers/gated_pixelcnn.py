"""A gated PixelCNN of pictures of bits in PyTorch."""
import torch
from torch import nn
from torch.nn import functional as F


class GatedLayer(nn.Module):
    """Kernels hold only the rows and columns that are seen."""

    def __init__(self, inputs, width, reach, first):
        super().__init__()
        self.first, self.reach = first, reach
        rows, columns = reach + (not first), reach + (not first)
        self.vertical = nn.Conv2d(inputs, 2 * width, (rows, 2 * reach + 1))
        self.horizontal = nn.Conv2d(inputs, 2 * width, (1, columns))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.back = nn.Conv2d(width, width, 1)

    def forward(self, vertical, horizontal):
        reach = self.reach
        height, width = vertical.shape[2:]
        above = self.vertical(F.pad(vertical, (reach, reach, reach, 0)))[:, :, :height]
        before = self.horizontal(F.pad(horizontal, (reach, 0, 0, 0)))[:, :, :, :width]
        added = self.back(self.gate(before + self.link(above)))
        return self.gate(above), added if self.first else horizontal + added

    @staticmethod
    def gate(x):
        through, share = x.chunk(2, 1)
        return torch.tanh(through) * torch.sigmoid(share)


class GatedPixelCnn(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = nn.ModuleList([GatedLayer(1, width, 3, True)] + [
            GatedLayer(width, width, 1, False) for _ in range(depth)])
        self.head = nn.Sequential(nn.ReLU(), nn.Conv2d(width, 2 * width, 1), nn.ReLU(),
                                  nn.Conv2d(2 * width, 1, 1))

    def nats(self, x):
        """-ln p of each of (B, 1, rows, columns)."""
        vertical = horizontal = 2 * x - 1
        for layer in self.layers:
            vertical, horizontal = layer(vertical, horizontal)
        each = F.binary_cross_entropy_with_logits(self.head(horizontal), x, reduction="none")
        return each.sum((1, 2, 3))
