"""For all tests: one torch thread, as in a worker."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Small nets gain nothing from more threads, and lose much when the machine is busy."""
    import torch  # here, so that the process that only hands out the tests is spared it

    torch.set_num_threads(1)
