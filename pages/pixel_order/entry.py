"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Other ways to see the past",
    idea="Convolution, recurrence, attention: how much a pixel's guess hears of what came before.",
    labs=("autoregressive.sight", "autoregressive.pixelrnn", "autoregressive.image_gpt"),
    systems=("PixelRNN", "Row LSTM", "Diagonal BiLSTM", "Image GPT", "iGPT", "linear probe",
             "image completion"),
    papers=("oord2016pixelrnn", "chen2020igpt"),
    minutes=12,
    cover="autoregressive.image_gpt",
    after=("pixelcnn",),
)  # fmt: skip
