"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Convolutional GANs",
    idea="Pictures from random numbers: walk between them, add them, break a rule and see what is lost.",
    labs=("adversarial.dcgan", "adversarial.progressive"),
    systems=("DCGAN", "deep convolutional GAN", "progressive growing", "ProGAN", "transposed convolution",
             "latent arithmetic", "minibatch standard deviation", "pixel norm", "equalized learning rate"),
    papers=("radford2015", "karras2017", "mescheder2018"),
    minutes=12,
    cover="adversarial.dcgan",
    after=("gan",),
)  # fmt: skip
