"""What is tokenized before anybody has typed anything: one sentence and one word."""

SENTENCE = "The naïve tokenization of unrelated numbers: 12345 🙂"
WORD = "unrelated"
