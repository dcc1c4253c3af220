"""How near two fields are."""

from torch import Tensor
from torch.nn.functional import cosine_similarity


def agreement(field: Tensor, exact: Tensor, where: Tensor) -> float:
    """Mean cosine of two fields (N, D) over the places `where` (N,) is true; 0 where it is so nowhere."""
    return float(cosine_similarity(field, exact, dim=1)[where].mean()) if where.any() else 0.0
