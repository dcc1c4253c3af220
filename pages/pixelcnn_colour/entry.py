"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Colour and bits",
    idea="A pixel is three draws, each from a softmax; side by side they make colours that never were.",
    labs=("autoregressive.colour_pixelcnn", "autoregressive.heads", "autoregressive.likelihood"),
    systems=("PixelCNN", "PixelCNN++", "RGB channel masks", "256-way softmax", "mixture of logistics"),
    papers=("oord2016pixelrnn", "salimans2017pixelcnnpp", "theis2016note", "nalisnick2019know"),
    minutes=14,
    cover="autoregressive.colour_pixelcnn",
    after=("pixelcnn",),
)
