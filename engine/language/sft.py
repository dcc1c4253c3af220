"""Training language models to follow instructions with human feedback: step 1, supervised fine-tuning.

Ouyang et al., 2022. arXiv:2203.02155, section 3.5. Talks of two turns are ChatGPT's demonstrations.
Departures from it:
  - the labellers are a program, and right in seven answers of ten, so that there is something left to learn;
  - no dropout, no cosine schedule.
"""

import torch
from torch import Tensor


def spoken(texts: Tensor, ask: int, end: int, pad: int) -> Tensor:
    """The words that the assistant says: after a question, up to its own end. (B, T) -> (B, T) bool.

    Only these are learned in step 1: questions are read, and give no gradient.
    """
    place = torch.arange(texts.shape[1], device=texts.device).expand_as(texts)
    asked = torch.where(texts == ask, place, -1).cummax(1).values
    ended = torch.where(texts == end, place, -1).cummax(1).values
    answering = torch.zeros_like(texts, dtype=torch.bool)
    answering[:, 1:] = (asked > ended)[:, :-1]  # whether the word before leaves a question open
    return answering & (texts != pad)
