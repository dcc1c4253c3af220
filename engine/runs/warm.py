"""Imported by the process from which workers are forked: a worker then starts with all labs in memory."""

import contextlib

import torch

from engine.labs import all_ids, load
from engine.runs import work  # noqa: F401

torch.set_num_threads(1)
torch.optim.SGD([torch.zeros(1)])  # the first optimiser of a process imports 800 modules, for a second
for lab in all_ids():
    with contextlib.suppress(Exception):  # a lab that cannot be imported says so when it is asked for
        load(lab)
