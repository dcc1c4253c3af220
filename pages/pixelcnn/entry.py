"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="PixelCNN",
    idea="Masked convolutions write a picture pixel by pixel, and never see one wedge of its past.",
    labs=("autoregressive.receptive_field", "autoregressive.pixelcnn", "autoregressive.gated_pixelcnn"),
    systems=("PixelCNN", "Gated PixelCNN", "conditional PixelCNN", "masked convolution", "blind spot"),
    papers=("oord2016pixelrnn", "oord2016gated"),
    minutes=12,
    cover="autoregressive.pixelcnn",
    after=("chain-rule",),
    starred=True,
)
