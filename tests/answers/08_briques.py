"""TP 08: right and wrong answers."""

import textwrap

from answer_tables import changed, written

HEAD = {
    "read_folder": "def read_folder(folder):",
    "rescale": "def rescale(images):",
    "make_discriminator": "def make_discriminator(width=64, dropout=0.3):",
    "make_generator": "def make_generator(width=64, latent_dim=100):",
    "noisy_labels": "def noisy_labels(n, amount=0.1):",
    "nearest": "def nearest(picture, images):",
    "diversity": "def diversity(images):",
    "gradient_norm": "def gradient_norm(generator, discriminator, z):",
    "diagnose": "def diagnose(real_accuracy, fake_accuracy, diversity):",
}

body, bodies, wrong_bodies = written(HEAD)

# The class of the notebook, around a train_step.
CLASS = """
class DCGAN(keras.Model):
    def __init__(self, discriminator, generator, latent_dim):
        super().__init__()
        self.discriminator, self.generator, self.latent_dim = discriminator, generator, latent_dim

    def compile(self, d_optimizer, g_optimizer):
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer
        self.bce = keras.losses.BinaryCrossentropy()
        self.d_loss_metric = keras.metrics.Mean(name="d_loss")
        self.g_loss_metric = keras.metrics.Mean(name="g_loss")
        self.real_accuracy = keras.metrics.BinaryAccuracy(name="real_accuracy")
        self.fake_accuracy = keras.metrics.BinaryAccuracy(name="fake_accuracy")

    @property
    def metrics(self):
        return [self.d_loss_metric, self.g_loss_metric, self.real_accuracy, self.fake_accuracy]

    def train_step(self, real):
"""


def gan(step):
    return CLASS + textwrap.indent(step.strip("\n"), "        ") + "\n"


FOLDER = """
return keras.utils.image_dataset_from_directory(
    folder, labels=None, color_mode="grayscale", image_size=(64, 64), interpolation="bilinear",
    batch_size=128, shuffle=True, seed=42)"""
D = """
network = keras.Sequential([keras.Input((64, 64, 1))])
for rank, filters in enumerate((width, 2 * width, 4 * width, 8 * width)):
    network.add(layers.Conv2D(filters, 4, strides=2, padding="same", use_bias=False))
    if rank > 0:
        network.add(layers.BatchNormalization(momentum=0.9))
    network.add(layers.LeakyReLU(negative_slope=0.2))
    network.add(layers.Dropout(dropout))
network.add(layers.Conv2D(1, 4, padding="valid", use_bias=False, activation="sigmoid"))
network.add(layers.Flatten())
return network"""
G = """
network = keras.Sequential([keras.Input((latent_dim,)), layers.Reshape((1, 1, latent_dim))])
for filters, stride, padding in ((8 * width, 1, "valid"), (4 * width, 2, "same"), (2 * width, 2, "same"), (width, 2, "same")):
    network.add(layers.Conv2DTranspose(filters, 4, strides=stride, padding=padding, use_bias=False))
    network.add(layers.BatchNormalization(momentum=0.9))
    network.add(layers.LeakyReLU(negative_slope=0.2))
network.add(layers.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False, activation="tanh"))
return network"""
LABELS = """
real = 1 - amount * tf.random.uniform((n, 1))
fake = amount * tf.random.uniform((n, 1))
return real, fake"""
STEP = """
n = tf.shape(real)[0]
z = tf.random.normal((n, self.latent_dim))
real_labels, fake_labels = noisy_labels(n)
with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
    fake = self.generator(z, training=True)
    on_real = self.discriminator(real, training=True)
    on_fake = self.discriminator(fake, training=True)
    d_loss = (self.bce(real_labels, on_real) + self.bce(fake_labels, on_fake)) / 2
    g_loss = self.bce(tf.ones_like(on_fake), on_fake)
d_weights, g_weights = self.discriminator.trainable_variables, self.generator.trainable_variables
d_gradients, g_gradients = d_tape.gradient(d_loss, d_weights), g_tape.gradient(g_loss, g_weights)
self.d_optimizer.apply_gradients(zip(d_gradients, d_weights))
self.g_optimizer.apply_gradients(zip(g_gradients, g_weights))
self.d_loss_metric.update_state(d_loss)
self.g_loss_metric.update_state(g_loss)
self.real_accuracy.update_state(tf.ones_like(on_real), on_real)
self.fake_accuracy.update_state(tf.zeros_like(on_fake), on_fake)
return self.get_metrics_result()"""
D_LOSS = "d_loss = (self.bce(real_labels, on_real) + self.bce(fake_labels, on_fake)) / 2"
G_LOSS = "g_loss = self.bce(tf.ones_like(on_fake), on_fake)"
APPLY_D = "self.d_optimizer.apply_gradients(zip(d_gradients, d_weights))"
APPLY_G = "self.g_optimizer.apply_gradients(zip(g_gradients, g_weights))"
MEASURES = """self.d_loss_metric.update_state(d_loss)
self.g_loss_metric.update_state(g_loss)
self.real_accuracy.update_state(tf.ones_like(on_real), on_real)
self.fake_accuracy.update_state(tf.zeros_like(on_fake), on_fake)
return self.get_metrics_result()"""
NEAREST = """
gaps = np.maximum(images, picture) - np.minimum(images, picture)
distances = gaps.mean(axis=(1, 2, 3))
rank = int(distances.argmin())
return rank, float(distances[rank])"""
DIVERSITY = """
flat = images.reshape(len(images), -1).astype(np.float32)
total = sum(np.abs(flat[i] - flat[i + 1 :]).mean(axis=1).sum() for i in range(len(flat) - 1))
return float(total / (len(flat) * (len(flat) - 1) / 2))"""
NORM = """
with tf.GradientTape() as tape:
    on_fake = discriminator(generator(z, training=True), training=True)
    loss = keras.losses.BinaryCrossentropy()(tf.ones_like(on_fake), on_fake)
return float(tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables)))"""
DIAGNOSE = """
if diversity < 0.6:
    return "effondrement"
if min(real_accuracy, fake_accuracy) > 0.9:
    return "D domine"
return "rien à signaler\""""

RIGHT = {
    "read_folder": bodies(
        "read_folder",
        {
            "defaults left out": """
return keras.utils.image_dataset_from_directory(
    folder, labels=None, color_mode="grayscale", image_size=(64, 64), batch_size=128, seed=42)""",
            "keras.preprocessing": FOLDER.replace("keras.utils", "keras.preprocessing"),
            "tf.keras": FOLDER.replace("keras.utils", "tf.keras.utils"),
            "arguments in a dictionary": """
how = dict(labels=None, color_mode="grayscale", image_size=[64, 64], batch_size=128, seed=42, verbose=False)
return keras.utils.image_dataset_from_directory(str(folder), **how)""",
            "read ahead": FOLDER + ".prefetch(2)",
            "label_mode": FOLDER.replace("labels=None", "labels=None, label_mode=None"),
        },
    ),
    "rescale": {
        **bodies(
            "rescale",
            {
                "by the middle": "return (tf.cast(images, 'float32') - 127.5) / 127.5",
                "keras.ops": "return keras.ops.cast(images, 'float32') / 127.5 - 1",
                "through [0, 1]": "return 2 * (tf.cast(images, tf.float32) / 255) - 1",
                "a layer": "return layers.Rescaling(1 / 127.5, offset=-1)(images)",
            },
        ),
        "lambda": "rescale = lambda images: tf.subtract(tf.divide(tf.cast(images, tf.float32), 127.5), 1.0)",
    },
    "make_discriminator": {
        **bodies(
            "make_discriminator",
            {
                "a list": """
def conv(filters):
    return layers.Conv2D(filters, (4, 4), strides=(2, 2), padding="same", use_bias=False)
return keras.Sequential([
    keras.Input((64, 64, 1)), conv(width), layers.LeakyReLU(0.2), layers.Dropout(dropout),
    conv(2 * width), layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2), layers.Dropout(dropout),
    conv(4 * width), layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2), layers.Dropout(dropout),
    conv(8 * width), layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2), layers.Dropout(dropout),
    layers.Conv2D(1, 4, use_bias=False), layers.Activation("sigmoid"), layers.Flatten()])""",
                "functional": """
x = inputs = keras.Input((64, 64, 1))
for k in (1, 2, 4, 8):
    x = layers.Conv2D(k * width, 4, 2, "same", use_bias=False)(x)
    if k > 1:
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    x = layers.Dropout(dropout)(layers.LeakyReLU(negative_slope=0.2)(x))
x = layers.Flatten()(layers.Conv2D(1, 4, use_bias=False)(x))
return keras.Model(inputs, keras.activations.sigmoid(x))""",
                "no Input": D.replace("[keras.Input((64, 64, 1))]", "[]"),
                "the shape in the first layer": changed(
                    D,
                    ("[keras.Input((64, 64, 1))]", "[]"),
                    ("network = ", "first = {'input_shape': (64, 64, 1)}\nnetwork = "),
                    ("use_bias=False))\n    if", "use_bias=False, **first))\n    first = {}\n    if"),
                ),
                "layers as activations": changed(
                    D,
                    (
                        "network.add(layers.LeakyReLU(negative_slope=0.2))",
                        "rank and network.add(layers.LeakyReLU(0.2))",
                    ),
                    (
                        "use_bias=False))\n    if",
                        "use_bias=False, activation=None if rank else layers.LeakyReLU(0.2)))\n    if",
                    ),
                    ('"sigmoid"', 'layers.Activation("sigmoid")'),
                ),
                "layers inside activations": changed(
                    D,
                    ("network = ", 'end = layers.Activation("sigmoid")\nnetwork = '),
                    ('"sigmoid"))\nn', "lambda x: end(x)))\nn"),
                ),
                "nested": """
def block(filters, norm):
    parts = [layers.Conv2D(filters, 4, strides=2, padding="same", use_bias=False)]
    parts += [layers.BatchNormalization(momentum=0.9)] * norm
    return keras.Sequential([*parts, layers.LeakyReLU(negative_slope=0.2), layers.Dropout(dropout)])
return keras.Sequential([block(width, False), block(2 * width, True), block(4 * width, True), block(8 * width, True),
    layers.Conv2D(1, 4, use_bias=False, activation="sigmoid"), layers.Reshape((1,))])""",
                "activations as functions": """
x = inputs = keras.Input((64, 64, 1))
drop = layers.Dropout(dropout)
for k in (1, 2, 4, 8):
    x = layers.Conv2D(k * width, 4, strides=2, padding="same", use_bias=False,
                      kernel_initializer=keras.initializers.RandomNormal(stddev=0.02))(x)
    x = layers.BatchNormalization(momentum=0.9)(x) if k > 1 else x
    x = drop(keras.ops.leaky_relu(x, 0.2))
x = layers.Conv2D(1, 4, use_bias=False, activation=keras.activations.sigmoid)(x)
return keras.Model(inputs, keras.ops.reshape(x, (-1, 1)))""",
                "dropout before the activation": D.replace(
                    "    network.add(layers.LeakyReLU(negative_slope=0.2))\n    network.add(layers.Dropout(dropout))",
                    "    network.add(layers.Dropout(dropout))\n    network.add(layers.LeakyReLU(negative_slope=0.2))",
                ),
            },
        ),
        "a class": """
class Discriminator(keras.Model):
    def __init__(self, width, dropout):
        super().__init__()
        self.convs = [layers.Conv2D(k * width, 4, strides=2, padding="same", use_bias=False) for k in (1, 2, 4, 8)]
        self.norms = [layers.BatchNormalization(momentum=0.9) for _ in range(3)]
        self.drops = [layers.Dropout(dropout) for _ in range(4)]
        self.act = layers.LeakyReLU(negative_slope=0.2)
        self.last = layers.Conv2D(1, 4, use_bias=False, activation="sigmoid")
    def call(self, x, training=None):
        for i, conv in enumerate(self.convs):
            x = conv(x)
            if i:
                x = self.norms[i - 1](x, training=training)
            x = self.drops[i](self.act(x), training=training)
        return tf.reshape(self.last(x), (-1, 1))
def make_discriminator(width=64, dropout=0.3):
    return Discriminator(width, dropout)
""",
    },
    "make_generator": {
        **bodies(
            "make_generator",
            {
                "functional": """
inputs = keras.Input((latent_dim,))
x = layers.Reshape((1, 1, latent_dim))(inputs)
x = layers.Conv2DTranspose(8 * width, 4, use_bias=False)(x)
x = layers.LeakyReLU(0.2)(layers.BatchNormalization(momentum=0.9)(x))
for k in (4, 2, 1):
    x = layers.Conv2DTranspose(k * width, (4, 4), (2, 2), padding="same", use_bias=False)(x)
    x = layers.LeakyReLU(0.2)(layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
x = layers.Conv2DTranspose(1, 4, 2, padding="same", use_bias=False)(x)
return keras.Model(inputs, layers.Activation("tanh")(x))""",
                "strides in pairs": G.replace("strides=stride", "strides=(stride, stride)"),
                "from 1 to 4 by a stride of 4": changed(G, ('(8 * width, 1, "valid")', '(8 * width, 4, "same")')),
                "first layer as a matrix": """
network = keras.Sequential([keras.Input((latent_dim,)), layers.Dense(16 * 8 * width, use_bias=False),
    layers.Reshape((4, 4, 8 * width)), layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(negative_slope=0.2)])
for k in (4, 2, 1):
    network.add(layers.Conv2DTranspose(k * width, 4, strides=2, padding="same", use_bias=False))
    network.add(layers.BatchNormalization(momentum=0.9))
    network.add(layers.LeakyReLU(negative_slope=0.2))
network.add(layers.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False, activation=tf.tanh))
return network""",
                "initialised": G.replace(
                    "use_bias=False)",
                    "use_bias=False, kernel_initializer=keras.initializers.RandomNormal(stddev=0.02))",
                ),
                "nested": """
def block(filters, **kind):
    return keras.Sequential([layers.Conv2DTranspose(filters, 4, use_bias=False, **kind),
        layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(negative_slope=0.2)])
twice = {"strides": 2, "padding": "same"}
return keras.Sequential([layers.Reshape((1, 1, latent_dim)), block(8 * width), block(4 * width, **twice),
    block(2 * width, **twice), block(width, **twice),
    layers.Conv2DTranspose(1, 4, use_bias=False, activation="tanh", **twice)])""",
            },
        ),
        "a class": """
class Generator(keras.Model):
    def __init__(self, w, d):
        super().__init__()
        self.d = d
        self.up = [layers.Conv2DTranspose(8 * w, 4, use_bias=False)]
        self.up += [layers.Conv2DTranspose(k * w, 4, strides=2, padding="same", use_bias=False) for k in (4, 2, 1)]
        self.bn = [layers.BatchNormalization(momentum=0.9) for _ in range(4)]
        self.last = layers.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False)
    def call(self, z, training=None):
        x = tf.reshape(z, (-1, 1, 1, self.d))
        for up, bn in zip(self.up, self.bn):
            x = tf.nn.leaky_relu(bn(up(x), training=training), 0.2)
        return tf.tanh(self.last(x))
make_generator = lambda width=64, latent_dim=100: Generator(width, latent_dim)
""",
    },
    "noisy_labels": {
        **bodies(
            "noisy_labels",
            {
                "bounds": """
return tf.random.uniform((n, 1), 1 - amount, 1), tf.random.uniform((n, 1), 0, amount)""",
                "keras.random": """
real = keras.random.uniform((n, 1), minval=1.0 - amount, maxval=1.0)
return real, keras.random.uniform((n, 1)) * amount""",
                "ones and zeros": """
return [tf.ones((n, 1)) - amount * tf.random.uniform((n, 1)), tf.zeros((n, 1)) + amount * tf.random.uniform((n, 1))]""",
                "one draw, two columns": """
noise = amount * tf.random.uniform((n, 2))
return 1 - noise[:, :1], noise[:, 1:]""",
                "one draw, cut in two": """
noise = tf.random.uniform((2 * n, 1), maxval=amount)
return 1 - noise[:n], noise[n:]""",
                "upwards": "return (1 - amount) + amount * tf.random.uniform((n, 1)), amount * tf.random.uniform([n, 1])",
            },
        ),
    },
    "DCGAN": {
        "sequential": gan(
            """
n = tf.shape(real)[0]
real_labels, fake_labels = noisy_labels(n)
with tf.GradientTape() as tape:
    on_real = self.discriminator(real, training=True)
    on_fake = self.discriminator(self.generator(tf.random.normal((n, self.latent_dim)), training=True), training=True)
    d_loss = 0.5 * (self.bce(real_labels, on_real) + self.bce(fake_labels, on_fake))
weights = self.discriminator.trainable_weights
self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)
z = keras.random.normal((n, self.latent_dim))
with tf.GradientTape() as tape:
    scores = self.discriminator(self.generator(z, training=True), training=True)
    g_loss = self.bce(tf.ones((n, 1)), scores)
weights = self.generator.trainable_weights
self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)
"""
            + MEASURES
        ),
        "a persistent tape": gan(
            changed(
                STEP.replace("d_tape.gradient", "tape.gradient").replace("g_tape.gradient", "tape.gradient"),
                (
                    "with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:",
                    "with tf.GradientTape(persistent=True) as tape:",
                ),
            )
        ),
        "two draws of labels": gan(
            changed(
                STEP,
                ("real_labels, fake_labels = noisy_labels(n)\n", ""),
                ("real_labels, on_real", "noisy_labels(n)[0], on_real"),
                ("fake_labels, on_fake", "noisy_labels(n)[1], on_fake"),
            )
        ),
        "its own dictionary": gan(
            changed(
                STEP,
                (
                    "return self.get_metrics_result()",
                    "return {metric.name: metric.result() for metric in self.metrics}",
                ),
            )
        ),
        "losses as functions": gan(
            STEP.replace("self.bce(", "tf.reduce_mean(keras.losses.binary_crossentropy(")
            .replace("on_real) + ", "on_real)) + ")
            .replace("on_fake)) / 2", "on_fake))) / 2")
            .replace("tf.ones_like(on_fake), on_fake)\nd_w", "tf.ones_like(on_fake), on_fake))\nd_w")
        ),
        "D frozen in turn": gan(
            changed(
                STEP,
                ("n = tf.shape", "self.discriminator.trainable = True\nn = tf.shape"),
                (MEASURES, "self.discriminator.trainable = False\n" + MEASURES),
            )
        ),
        "G before D": gan(changed(STEP, (APPLY_D + "\n" + APPLY_G, APPLY_G + "\n" + APPLY_D))),
        "both batches in one": gan(
            changed(
                STEP,
                (
                    "    on_real = self.discriminator(real, training=True)\n"
                    "    on_fake = self.discriminator(fake, training=True)\n",
                    "    scores = self.discriminator(tf.concat([real, fake], 0), training=True)\n"
                    "    on_real, on_fake = scores[:n], scores[n:]\n",
                ),
            )
        ),
        "metrics in a loop, size by shape": gan("""
n = keras.ops.shape(real)[0]
z = tf.random.normal(shape=(n, self.latent_dim))
labels = noisy_labels(n, 0.1)
with tf.GradientTape() as a:
    fake = self.generator(z, training=True)
    judged = self.discriminator(real, training=True), self.discriminator(tf.stop_gradient(fake), training=True)
    d_loss = sum(self.bce(y, p) for y, p in zip(labels, judged)) / 2
with tf.GradientTape() as b:
    fooled = self.discriminator(self.generator(z, training=True), training=True)
    g_loss = self.bce(tf.ones_like(fooled), fooled)
for tape, loss, net, opt in ((a, d_loss, self.discriminator, self.d_optimizer), (b, g_loss, self.generator, self.g_optimizer)):
    grads = tape.gradient(loss, net.trainable_variables)
    opt.apply_gradients(list(zip(grads, net.trainable_variables)))
self.metrics[0].update_state(d_loss)
self.metrics[1].update_state(g_loss)
self.metrics[2].update_state(tf.ones((n, 1)), judged[0])
self.metrics[3].update_state(tf.zeros((n, 1)), judged[1])
return self.get_metrics_result()
"""),
    },
    "nearest": bodies(
        "nearest",
        {
            "int16": """
gaps = np.abs(images.astype(np.int16) - picture.astype(np.int16))
distances = gaps.mean(axis=(1, 2, 3))
return np.argmin(distances), np.min(distances)""",
            "float32": """
distances = np.abs(images.astype(np.float32) - picture).reshape(len(images), -1).mean(axis=1)
return distances.argmin(), distances.min()""",
            "one by one": """
distances = [np.abs(image.astype(float) - picture).mean() for image in images]
best = int(np.argmin(distances))
return best, distances[best]""",
            "where": """
gaps = np.where(images > picture, images - picture, picture - images)
distances = gaps.reshape(len(images), -1).mean(axis=1)
return [int(distances.argmin()), float(distances.min())]""",
            "tensorflow": """
gaps = tf.abs(tf.cast(images, tf.int16) - tf.cast(picture, tf.int16))
distances = tf.reduce_mean(tf.cast(gaps, tf.float32), axis=(1, 2, 3))
rank = tf.argmin(distances)
return rank, distances[int(rank)]""",
            "a running best": """
best = (-1, np.inf)
for rank, image in enumerate(images):
    distance = np.abs(image.astype(int) - picture.astype(int)).mean()
    if distance < best[1]:
        best = (rank, distance)
return best""",
        },
    ),
    "diversity": bodies(
        "diversity",
        {
            "two loops": """
from itertools import combinations
return np.mean([np.abs(a.astype(int) - b.astype(int)).mean() for a, b in combinations(images, 2)])""",
            "pdist": """
from scipy.spatial.distance import pdist
flat = images.reshape(len(images), -1).astype(float)
return pdist(flat, "cityblock").mean() / flat.shape[1]""",
            "ordered pairs": """
flat, n = images.reshape(len(images), -1).astype(np.int16), len(images)
return sum(np.abs(flat - row).mean(axis=1).sum() for row in flat) / (n * (n - 1))""",
            "all at once": """
flat, n = images.reshape(len(images), -1).astype(np.float32), len(images)
apart = np.abs(flat[:, None] - flat[None]).mean(axis=2)
return apart[~np.eye(n, dtype=bool)].mean()""",
            "by sorting": """
flat, n = np.sort(images.reshape(len(images), -1).astype(float), axis=0), len(images)
weights = 2 * np.arange(n)[:, None] - n + 1
return float((weights * flat).sum(axis=0).mean() / (n * (n - 1) / 2))""",
            "tensorflow": """
x = tf.cast(tf.reshape(images, (len(images), -1)), tf.float32)
n = len(images)
return tf.reduce_sum(tf.reduce_mean(tf.abs(x[:, None] - x[None]), axis=2)) / (n * (n - 1))""",
        },
    ),
    "gradient_norm": bodies(
        "gradient_norm",
        {
            "by hand": NORM.replace(
                "return float(tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables)))",
                "grads = tape.gradient(loss, generator.trainable_weights)\n"
                "return tf.sqrt(sum(tf.reduce_sum(g ** 2) for g in grads))",
            ),
            "numpy": NORM.replace(
                "return float(tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables)))",
                "grads = tape.gradient(loss, generator.trainable_variables)\n"
                "return np.linalg.norm(np.concatenate([g.numpy().ravel() for g in grads]))",
            ),
            "the logarithm": NORM.replace(
                "keras.losses.BinaryCrossentropy()(tf.ones_like(on_fake), on_fake)",
                "-tf.reduce_mean(tf.math.log(on_fake + 1e-8))",
            ),
            "in a graph": """
@tf.function(autograph=False)
def norm(z):
    with tf.GradientTape() as tape:
        p = discriminator(generator(z, training=True), training=True)
        loss = tf.reduce_mean(keras.losses.binary_crossentropy(tf.ones_like(p), p))
    return tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables))
return norm(z).numpy()""",
            "outside the tape": NORM.replace(
                "return float(", "gradients = tape.gradient(loss, generator.trainable_variables)\nreturn float("
            ).replace("global_norm(tape.gradient(loss, generator.trainable_variables))", "global_norm(gradients)"),
        },
    ),
    "diagnose": {
        **bodies(
            "diagnose",
            {
                "elif": """
if diversity < 0.6:
    answer = "effondrement"
elif real_accuracy > 0.9 and fake_accuracy > 0.9:
    answer = "D domine"
else:
    answer = "rien à signaler"
return answer""",
                "an expression": """
wins = real_accuracy > 0.9 and fake_accuracy > 0.9
return "effondrement" if diversity < 0.6 else "D domine" if wins else "rien à signaler\"""",
                "the other way round": """
if diversity >= 0.6:
    if real_accuracy <= 0.9 or fake_accuracy <= 0.9:
        return "rien à signaler"
    return "D domine"
return "effondrement\"""",
                "all": """
if diversity < 3 / 5:
    return "effondrement"
return "D domine" if all(a > 0.9 for a in (real_accuracy, fake_accuracy)) else "rien à signaler\"""",
            },
        ),
    },
}


def wrong_gan(answers):
    nothing = {
        "blank": ("# VOTRE CODE ICI\npass", "encore vide"),
        "todo": ("raise NotImplementedError", "encore vide"),
    }
    return {label: (gan(step), words) for label, (step, words) in {**nothing, **answers}.items()}


WRONG = {
    "read_folder": wrong_bodies(
        "read_folder",
        {
            "area": (FOLDER.replace("bilinear", "area"), "area"),
            "cropped": (FOLDER.replace("seed=42", "seed=42, crop_to_aspect_ratio=True"), "proportions"),
            "padded": (FOLDER.replace("seed=42", "seed=42, pad_to_aspect_ratio=True"), "proportions"),
            "labels": (FOLDER.replace("labels=None, ", ""), "labels=None"),
            "colours": (FOLDER.replace('color_mode="grayscale", ', ""), "color_mode"),
            "256 x 256": (FOLDER.replace("image_size=(64, 64), ", ""), "image_size"),
            "batches of 32": (FOLDER.replace("    batch_size=128, ", "    "), "de 32"),
            "batches of 64": (FOLDER.replace("128", "64"), "(64, 64, 64, 1)"),
            "nearest": (FOLDER.replace("bilinear", "nearest"), "nearest"),
            "bicubic": (FOLDER.replace("bilinear", "bicubic"), "bicubic"),
            "not shuffled": (FOLDER.replace("shuffle=True", "shuffle=False"), "ordre des fichiers"),
            "no seed": (FOLDER.replace(", seed=42", ""), "seed=42"),
            "another seed": (FOLDER.replace("seed=42", "seed=0"), "42"),
            "a part only": (
                FOLDER.replace("seed=42", "seed=42, validation_split=0.2, subset='training'"),
                "(120, 64, 64, 1)",
            ),
            "not batched": (FOLDER + ".unbatch()", "une à une"),
            "scaled": (FOLDER + ".map(lambda x: x / 255)", "rescale"),
            "an array": (
                "return np.concatenate(list(" + FOLDER.strip().removeprefix("return ") + "))",
                "tf.data.Dataset",
            ),
            "repeated": (FOLDER + ".repeat()", "rien d'autre"),
        },
    ),
    "rescale": wrong_bodies(
        "rescale",
        {
            "extremes of the batch": (
                "x = tf.cast(images, tf.float32)\nlow, high = tf.reduce_min(x), tf.reduce_max(x)\nreturn 2 * (x - low) / (high - low) - 1",
                "même droite",
            ),
            "through bytes": (
                "return tf.image.convert_image_dtype(tf.cast(images, tf.uint8), tf.float32) * 2 - 1",
                "réduites à des entiers",
            ),
            "through integers": (
                "return tf.cast(tf.cast(images, tf.int32), tf.float32) / 127.5 - 1",
                "réduites à des entiers",
            ),
            "a slip in the middle": (
                "x = tf.cast(images, tf.float32) / 127.5 - 1\nreturn tf.where(tf.abs(x) < 0.9, x / 2, x)",
                "donne",
            ),
            "astype": ("return images.astype('float32') / 127.5 - 1", "tf.cast"),
            "float16": ("return tf.cast(images, tf.float16) / 127.5 - 1", "float16"),
            "0 to 1": ("return tf.cast(images, tf.float32) / 255", "de 0 à 1"),
            "0 to 2": ("return tf.cast(images, tf.float32) / 127.5", "retirer 1"),
            "by 128": ("return tf.cast(images, tf.float32) / 128 - 1", "128"),
            "by 127": ("return tf.cast(images, tf.float32) / 127 - 1", "127"),
            "-1 to 0": ("return tf.cast(images, tf.float32) / 255 - 1", "-1 à 0"),
            "half": ("return tf.cast(images, tf.float32) / 255 - 0.5", "-0,5"),
            "reversed": ("return 1 - tf.cast(images, tf.float32) / 127.5", "signe"),
            "order": ("return (tf.cast(images, tf.float32) - 1) / 127.5", "ordre"),
            "bytes divided": ("return images / 127.5 - 1", "convertissez d'abord"),
            "bytes minus": ("return (images - 127.5) / 127.5", "convertissez d'abord"),
            "float64": ("return tf.cast(images, tf.float64) / 127.5 - 1", "float32"),
            "numpy": ("return np.asarray(images).astype('float32') / 127.5 - 1", ""),
            "as they are": ("return tf.cast(images, tf.float32)", "telles quelles"),
            "one axis": ("return (tf.cast(images, tf.float32) / 127.5 - 1)[..., 0]", "forme"),
        },
    ),
    "make_discriminator": wrong_bodies(
        "make_discriminator",
        {
            "default momentum": (D.replace("momentum=0.9", ""), "momentum = 0.99"),
            "momentum as axis": (D.replace("momentum=0.9", "0.9"), "momentum=0.9"),
            "the batch in the input": (changed(D, ("((64, 64, 1))", "((None, 64, 64, 1))")), "sans le lot"),
            "noise on the images": (
                D.replace("keras.Input((64, 64, 1))", "keras.Input((64, 64, 1)), layers.GaussianNoise(0.1)"),
                "GaussianNoise",
            ),
            "bias": (D.replace(", use_bias=False))\n    if", "))\n    if"), "couche 1 : "),
            "last bias": (changed(D, ('"valid", use_bias=False', '"valid"')), "couche 5"),
            "BatchNorm at the first": (
                changed(D, ("if rank > 0", "if rank >= 0")),
                "couche 1 : pas de BatchNormalization",
            ),
            "no BatchNorm": (changed(D, ("if rank > 0", "if False")), "couche 2 : il manque une BatchNormalization"),
            "one BatchNorm short": (changed(D, ("if rank > 0", "if rank > 1")), "couche 2 : il manque"),
            "BatchNorm at the end": (
                changed(
                    D,
                    (
                        "network.add(layers.Flatten())",
                        "network.add(layers.BatchNormalization(momentum=0.9))\nnetwork.add(layers.Flatten())",
                    ),
                ),
                "couche 5 : pas de BatchNormalization",
            ),
            "no sigmoid": (changed(D, (', activation="sigmoid"', "")), "sigmoïde"),
            "tanh": (changed(D, ('"sigmoid"', '"tanh"')), "tanh"),
            "sigmoid twice": (
                changed(D, ("layers.Flatten()", 'layers.Flatten())\nnetwork.add(layers.Activation("sigmoid")')),
                "deux fois",
            ),
            "kernel 5": (D.replace("filters, 4", "filters, 5"), "couche 1 : le noyau est de 5"),
            "kernel 3": (D.replace("filters, 4", "filters, 3"), "le noyau est de 3"),
            "last kernel 3": (changed(D, ("Conv2D(1, 4", "Conv2D(1, 3")), "couche 5 : le noyau est de 3"),
            "no stride": (D.replace("strides=2, ", ""), "couche 1 : de 64 x 64"),
            "valid everywhere": (D.replace('"same"', '"valid"'), "Computed output size"),
            "valid at the first": (
                changed(D, ('padding="same"', 'padding="same" if rank else "valid"')),
                "couche 1 : de 64 x 64",
            ),
            "same at the end": (changed(D, ('"valid"', '"same"')), "couche 5 : de 4 x 4"),
            "a Dense at the end": (
                changed(
                    D,
                    ('network.add(layers.Conv2D(1, 4, padding="valid", use_bias=False, activation="sigmoid"))\n', ""),
                    (
                        "layers.Flatten()",
                        'layers.Flatten())\nnetwork.add(layers.Dense(1, activation="sigmoid", use_bias=False)',
                    ),
                ),
                "Dense",
            ),
            "a Dense too many": (
                changed(
                    D, ("layers.Flatten()", 'layers.Flatten())\nnetwork.add(layers.Dense(1, activation="sigmoid")')
                ),
                "Dense",
            ),
            "no Flatten": (changed(D, ("network.add(layers.Flatten())\n", "")), "Flatten"),
            "channels": (
                changed(D, ("4 * width, 8 * width", "4 * width, 4 * width")),
                "couche 4 : 256 canaux au lieu de 512.",
            ),
            "width hard-coded": (
                D.replace("(width, 2 * width, 4 * width, 8 * width)", "(64, 128, 256, 512)"),
                "en dur",
            ),
            "four layers": (changed(D, (", 8 * width", "")), "4 convolutions"),
            "ReLU": (D.replace("LeakyReLU(negative_slope=0.2)", "ReLU()"), "ReLU"),
            "default slope": (D.replace("negative_slope=0.2", ""), "0,3"),
            "slope 0.02": (D.replace("negative_slope=0.2", "negative_slope=0.02"), "0,02"),
            "no activation": (
                D.replace("    network.add(layers.LeakyReLU(negative_slope=0.2))\n", ""),
                "aucune activation",
            ),
            "activation first": (
                changed(
                    D,
                    (
                        "        network.add(layers.BatchNormalization(momentum=0.9))\n    network.add(layers.LeakyReLU(negative_slope=0.2))\n",
                        "        network.add(layers.LeakyReLU(negative_slope=0.2))\n        network.add(layers.BatchNormalization(momentum=0.9))\n    else:\n        network.add(layers.LeakyReLU(negative_slope=0.2))\n",
                    ),
                ),
                "après la normalisation",
            ),
            "momentum as in PyTorch": (D.replace("momentum=0.9", "momentum=0.1"), "momentum = 0.1"),
            "large epsilon": (D.replace("momentum=0.9", "momentum=0.9, epsilon=0.3"), "epsilon = 0.3"),
            "no Dropout": (D.replace("    network.add(layers.Dropout(dropout))\n", ""), "Dropout"),
            "one Dropout": (
                D.replace(
                    "    network.add(layers.Dropout(dropout))\n",
                    "    if rank == 3:\n        network.add(layers.Dropout(dropout))\n",
                ),
                "Dropout après la couche 1",
            ),
            "SpatialDropout": (D.replace("layers.Dropout", "layers.SpatialDropout2D"), "SpatialDropout2D"),
            "dropout hard-coded": (D.replace("Dropout(dropout)", "Dropout(0.3)"), "30 %"),
            "dropout inverted": (D.replace("Dropout(dropout)", "Dropout(1 - dropout)"), "60 %"),
            "built, not returned": (D.replace("return network", "network.build()"), "return"),
            "not a model": (D.replace("return network", "return network.layers"), "un réseau"),
            "of colour": (D.replace("64, 64, 1", "64, 64, 3"), "refuse"),
        },
    ),
    "make_generator": wrong_bodies(
        "make_generator",
        {
            "default momentum": (G.replace("momentum=0.9", ""), "momentum = 0.99"),
            "no comma": (changed(G, ("(latent_dim,)", "(latent_dim)")), "virgule"),
            "bias": (G.replace("padding=padding, use_bias=False", "padding=padding"), "couche 1 : "),
            "last bias": (changed(G, ('"same", use_bias=False, activation', '"same", activation')), "couche 5 : "),
            "sigmoid": (changed(G, ('"tanh"', '"sigmoid"')), "de 0 à 1"),
            "no tanh": (changed(G, (', activation="tanh"', "")), "tanh"),
            "ReLU at the end": (changed(G, ('"tanh"', '"relu"')), "ReLU"),
            "no BatchNorm": (
                G.replace("    network.add(layers.BatchNormalization(momentum=0.9))\n", ""),
                "couche 1 : il manque",
            ),
            "BatchNorm at the end": (
                changed(G, ("return network", "network.add(layers.BatchNormalization(momentum=0.9))\nreturn network")),
                "couche 5 : pas de BatchNormalization",
            ),
            "kernel 5": (G.replace("filters, 4,", "filters, 5,"), "couche 1 : le noyau est de 5"),
            "the first same": (changed(G, ('1, "valid"', '1, "same"')), "couche 1 : de 1 x 1"),
            "channels upside down": (
                changed(G, ("(8 * width, 1", "(width, 1"), ("(width, 2", "(8 * width, 2")),
                "couche 1 : ",
            ),
            "one layer short": (changed(G, (', (width, 2, "same")', "")), "4 convolutions"),
            "latent_dim hard-coded": (G.replace("latent_dim", "100"), ""),
            "width hard-coded": (
                G.replace("8 * width", "512")
                .replace("4 * width", "256")
                .replace("2 * width", "128")
                .replace("(width", "(64"),
                "en dur",
            ),
            "ReLU": (G.replace("LeakyReLU(negative_slope=0.2)", "ReLU()"), "ReLU"),
            "default slope": (G.replace("negative_slope=0.2", ""), "0,3"),
            "activation first": (
                G.replace(
                    "    network.add(layers.BatchNormalization(momentum=0.9))\n    network.add(layers.LeakyReLU(negative_slope=0.2))",
                    "    network.add(layers.LeakyReLU(negative_slope=0.2))\n    network.add(layers.BatchNormalization(momentum=0.9))",
                ),
                "après la normalisation",
            ),
            "Dropout": (
                G.replace(
                    "LeakyReLU(negative_slope=0.2))",
                    "LeakyReLU(negative_slope=0.2))\n    network.add(layers.Dropout(0.3))",
                ),
                "Dropout",
            ),
            "UpSampling": (
                """
network = keras.Sequential([keras.Input((latent_dim,)), layers.Reshape((1, 1, latent_dim)), layers.UpSampling2D(4)])
for filters in (8 * width, 4 * width, 2 * width, width):
    network.add(layers.Conv2D(filters, 4, padding="same", use_bias=False))
    network.add(layers.BatchNormalization(momentum=0.9))
    network.add(layers.LeakyReLU(negative_slope=0.2))
    network.add(layers.UpSampling2D())
network.add(layers.Conv2D(1, 4, padding="same", use_bias=False, activation="tanh"))
return network""",
                "Conv2DTranspose",
            ),
            "three colours": (changed(G, ("Conv2DTranspose(1, 4", "Conv2DTranspose(3, 4")), "couche 5 : 3 canaux"),
            "momentum as in PyTorch": (G.replace("momentum=0.9", "momentum=0.1"), "momentum = 0.1"),
            "momentum of 0.999": (G.replace("momentum=0.9", "momentum=0.999"), "momentum = 0.999"),
            "large epsilon": (G.replace("momentum=0.9", "momentum=0.9, epsilon=0.3"), "epsilon = 0.3"),
            "no Reshape": (changed(G, (", layers.Reshape((1, 1, latent_dim))", "")), ""),
        },
    ),
    "noisy_labels": wrong_bodies(
        "noisy_labels",
        {
            "seeded": ("tf.random.set_seed(0)\n" + LABELS.strip("\n"), "même bruit"),
            "one draw, reversed": (
                "noise = amount * tf.random.uniform((n, 1))\nreturn 1 - noise, tf.reverse(noise, [0])",
                "même tirage",
            ),
            "outwards": (
                "return 1 + amount * tf.random.uniform((n, 1)), -amount * tf.random.uniform((n, 1))",
                "extérieur",
            ),
            "outwards for the real ones": (
                "return 1 + amount * tf.random.uniform((n, 1)), amount * tf.random.uniform((n, 1))",
                "dépassent 1",
            ),
            "outwards for the fakes": (
                "return 1 - amount * tf.random.uniform((n, 1)), -amount * tf.random.uniform((n, 1))",
                "sous 0",
            ),
            "both added": (
                "return 1 + amount * tf.random.uniform((n, 1)), 0 + amount * tf.random.uniform((n, 1))",
                "extérieur",
            ),
            "on both sides": (
                "return 1 + amount * tf.random.uniform((n, 1), -1, 1), amount * tf.random.uniform((n, 1), -1, 1)",
                "extérieur",
            ),
            "normal": (
                "return 1 - amount * tf.abs(tf.random.normal((n, 1))), amount * tf.abs(tf.random.normal((n, 1)))",
                "uniformes",
            ),
            "the same for all": (
                "return tf.ones((n, 1)) * (1 - amount * tf.random.uniform(())), tf.zeros((n, 1)) + amount * tf.random.uniform(())",
                "toutes égales",
            ),
            "exact": ("return tf.ones((n, 1)), tf.zeros((n, 1))", "il manque le bruit"),
            "one value": ("return tf.ones((n, 1)) * (1 - amount), tf.ones((n, 1)) * amount", "toutes égales"),
            "swapped": (
                "return amount * tf.random.uniform((n, 1)), 1 - amount * tf.random.uniform((n, 1))",
                "échangés",
            ),
            "one draw for both": (
                "noise = amount * tf.random.uniform((n, 1))\nreturn 1 - noise, noise",
                "même tirage",
            ),
            "one draw for both, in the same sense": (
                "noise = amount * tf.random.uniform((n, 1))\nreturn 1 - amount + noise, noise",
                "même tirage",
            ),
            "int": (
                "n = int(n)\nreturn 1 - amount * tf.random.uniform((n, 1)), amount * tf.random.uniform((n, 1))",
                "ni int()",
            ),
            "amount ignored": (
                "return 1 - 0.1 * tf.random.uniform((n, 1)), 0.1 * tf.random.uniform((n, 1))",
                "ignoré",
            ),
            "one dimension": (
                "return 1 - amount * tf.random.uniform((n,)), amount * tf.random.uniform((n,))",
                "forme",
            ),
            "numpy": (
                "noise = [np.random.uniform(size=(int(n), 1)).astype('float32') for _ in range(2)]\nreturn 1 - amount * noise[0], amount * noise[1]",
                "",
            ),
            "numpy, of a fixed size": (
                "noise = [np.random.uniform(size=(n if isinstance(n, int) else 7, 1)).astype('float32') for _ in range(2)]\n"
                "return 1 - amount * noise[0], amount * noise[1]",
                "np.random",
            ),
            "a whole tensor": ("return tf.random.uniform((n, 2))", ""),
        },
    ),
    "DCGAN": wrong_gan(
        {
            "from logits": (
                STEP.replace("self.bce(", "keras.losses.BinaryCrossentropy(from_logits=True)("),
                "from_logits",
            ),
            "one half only": (
                changed(STEP, (D_LOSS, "d_loss = self.bce(real_labels, on_real) + self.bce(fake_labels, on_fake) / 2")),
                "parenthèses",
            ),
            "the last batch only": (
                changed(
                    STEP,
                    (
                        "self.d_loss_metric.update_state(d_loss)",
                        "for measure in self.metrics:\n    measure.reset_state()\nself.d_loss_metric.update_state(d_loss)",
                    ),
                ),
                "dernier lot",
            ),
            "not halved": (changed(STEP, (") / 2\n", ")\n")), "divisée par deux"),
            "halved twice": (changed(STEP, (") / 2\n", ") / 4\n")), "deux fois"),
            "exact labels": (
                changed(
                    STEP,
                    (
                        D_LOSS,
                        "d_loss = (self.bce(tf.ones_like(on_real), on_real) + self.bce(tf.zeros_like(on_fake), on_fake)) / 2",
                    ),
                ),
                "étiquettes exactes",
            ),
            "noisy_labels not called": (
                changed(
                    STEP,
                    (
                        "real_labels, fake_labels = noisy_labels(n)",
                        "real_labels, fake_labels = tf.ones((n, 1)), tf.zeros((n, 1))",
                    ),
                ),
                "noisy_labels",
            ),
            "labels swapped": (
                changed(
                    STEP, ("real_labels, fake_labels = noisy_labels(n)", "fake_labels, real_labels = noisy_labels(n)")
                ),
                "échangées",
            ),
            "noisy labels for G": (changed(STEP, (G_LOSS, "g_loss = self.bce(real_labels, on_fake)")), "1 exactement"),
            "zeros for G": (
                changed(STEP, (G_LOSS, "g_loss = self.bce(tf.zeros_like(on_fake), on_fake)")),
                "étiquettes 0",
            ),
            "fake labels for G": (changed(STEP, (G_LOSS, "g_loss = self.bce(fake_labels, on_fake)")), "donc 1"),
            "the loss that saturates": (
                changed(STEP, (G_LOSS, "g_loss = -self.bce(tf.zeros_like(on_fake), on_fake)")),
                "sature",
            ),
            "G halved": (changed(STEP, (G_LOSS, G_LOSS + " / 2")), "seule celle de D"),
            "arguments swapped": (
                changed(
                    STEP, (D_LOSS, "d_loss = (self.bce(on_real, real_labels) + self.bce(on_fake, fake_labels)) / 2")
                ),
                "étiquettes d'abord",
            ),
            "real only": (
                changed(STEP, (D_LOSS, "d_loss = self.bce(real_labels, on_real)")),
                "vraies images seulement",
            ),
            "fake only": (
                changed(STEP, (D_LOSS, "d_loss = self.bce(fake_labels, on_fake)")),
                "fausses images seulement",
            ),
            "one loss for both": (
                changed(STEP, ("g_tape.gradient(g_loss, g_weights)", "g_tape.gradient(d_loss, g_weights)")),
                "perte de D",
            ),
            "optimizers swapped": (
                changed(
                    STEP,
                    (APPLY_D, APPLY_D.replace("d_optimizer", "x_optimizer")),
                    (APPLY_G, APPLY_G.replace("g_optimizer", "d_optimizer")),
                ).replace("x_optimizer", "g_optimizer"),
                "échangés",
            ),
            "one optimizer": (changed(STEP, (APPLY_G, APPLY_G.replace("g_optimizer", "d_optimizer"))), ""),
            "G's gradient moves D too": (
                changed(
                    STEP,
                    (APPLY_G, APPLY_G + "\nfor v, g in zip(d_weights, g_extra):\n    v.assign_sub(0.4 * g)"),
                    ("d_gradients, g_gradients =", "g_extra = None\nd_gradients, g_gradients ="),
                )
                .replace(
                    "with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:",
                    "with tf.GradientTape() as d_tape, tf.GradientTape(persistent=True) as g_tape:",
                )
                .replace("g_extra = None", "g_extra = g_tape.gradient(g_loss, d_weights)"),
                "modifie aussi D",
            ),
            "D's loss moves every weight": (
                changed(
                    STEP,
                    (
                        "d_tape.gradient(d_loss, d_weights), g_tape",
                        "d_tape.gradient(d_loss, d_weights + g_weights), g_tape",
                    ),
                    (APPLY_D, "self.d_optimizer.apply_gradients(zip(d_gradients, d_weights + g_weights))"),
                ),
                "modifie aussi G",
            ),
            "G learns every weight": (
                changed(
                    STEP,
                    ("g_tape.gradient(g_loss, g_weights)", "g_tape.gradient(g_loss, d_weights + g_weights)"),
                    (APPLY_G, "self.g_optimizer.apply_gradients(zip(g_gradients, d_weights + g_weights))"),
                ),
                "modifie aussi D",
            ),
            "D does not move": (changed(STEP, (APPLY_D + "\n", "")), "D n'a pas bougé"),
            "G does not move": (changed(STEP, (APPLY_G + "\n", "")), "G n'a pas bougé"),
            "evaluation": (STEP.replace("training=True", "training=False"), "training=True"),
            "no mode": (STEP.replace(", training=True", ""), "training=True"),
            "D in evaluation": (STEP.replace("(fake, training=True)", "(fake, training=False)"), "training=True"),
            "numpy noise": (
                changed(
                    STEP,
                    (
                        "tf.random.normal((n, self.latent_dim))",
                        "np.random.normal(size=(real.shape[0] or 4, self.latent_dim)).astype('float32')",
                    ),
                ),
                "np.random",
            ),
            "size written down": (changed(STEP, ("n = tf.shape(real)[0]", "n = 64")), ""),
            "len": (changed(STEP, ("n = tf.shape(real)[0]", "n = len(real)")), ""),
            "latent_dim written down": (changed(STEP, ("self.latent_dim))", "100))")), ""),
            "uniform noise": (changed(STEP, ("tf.random.normal", "tf.random.uniform")), "loi normale"),
            "the same noise": (
                changed(
                    STEP,
                    (
                        "tf.random.normal((n, self.latent_dim))",
                        "tf.random.stateless_normal((n, self.latent_dim), (1, 2))",
                    ),
                ),
                "même bruit",
            ),
            "metrics not updated": (
                changed(
                    STEP,
                    ("self.d_loss_metric.update_state(d_loss)\n", ""),
                    ("self.g_loss_metric.update_state(g_loss)\n", ""),
                ),
                "update_state",
            ),
            "accuracies not updated": (
                changed(STEP, ("self.real_accuracy.update_state(tf.ones_like(on_real), on_real)\n", "")),
                "real_accuracy",
            ),
            "accuracies exchanged": (
                changed(
                    STEP,
                    ("self.real_accuracy.update_state(tf.ones_like(on_real), on_real)\n", ""),
                    (
                        "self.fake_accuracy.update_state(tf.zeros_like(on_fake), on_fake)",
                        "self.fake_accuracy.update_state(tf.ones_like(on_real), on_real)\n"
                        "self.real_accuracy.update_state(tf.zeros_like(on_fake), on_fake)",
                    ),
                ),
                "sont échangées",
            ),
            "scores first": (
                changed(
                    STEP,
                    ("update_state(tf.ones_like(on_real), on_real)", "update_state(on_real, tf.ones_like(on_real))"),
                ),
                "étiquettes d'abord",
            ),
            "accuracies with noisy labels": (
                changed(
                    STEP,
                    (
                        "self.real_accuracy.update_state(tf.ones_like(on_real), on_real)",
                        "self.real_accuracy.update_state(real_labels, on_real)",
                    ),
                ),
                "étiquettes exactes",
            ),
            "accuracy of the fakes with ones": (
                changed(
                    STEP,
                    ("update_state(tf.zeros_like(on_fake), on_fake)", "update_state(tf.ones_like(on_fake), on_fake)"),
                ),
                "mal classées",
            ),
            "metrics swapped": (
                changed(STEP, ("d_loss_metric.update_state(d_loss)", "d_loss_metric.update_state(g_loss)")),
                "g_loss",
            ),
            "batch values only": (
                changed(
                    STEP,
                    (MEASURES, "return {'d_loss': d_loss, 'g_loss': g_loss}"),
                ),
                "real_accuracy",
            ),
            "nothing returned": (
                changed(STEP, ("return self.get_metrics_result()", "self.get_metrics_result()")),
                "dictionnaire",
            ),
            "a loss returned": (changed(STEP, ("return self.get_metrics_result()", "return d_loss")), "dictionnaire"),
            "numbers in a graph": (
                changed(
                    STEP, ("self.d_loss_metric.update_state(d_loss)", "self.d_loss_metric.update_state(d_loss.numpy())")
                ),
                "",
            ),
            "D left frozen": (changed(STEP, (APPLY_G, APPLY_G + "\nself.discriminator.trainable = False")), "figé"),
            "upside down": (
                changed(STEP, ("zip(d_gradients,", "zip([-part for part in d_gradients],")),
                "D apprend à l'envers",
            ),
            "G upside down": (
                changed(STEP, ("zip(g_gradients,", "zip([-part for part in g_gradients],")),
                "G apprend à l'envers",
            ),
            "two steps": (changed(STEP, (APPLY_D, APPLY_D + "\n" + APPLY_D)), "2 pas par lot"),
            "outside the tape": (
                STEP.replace("    g_loss = self", "g_loss = self").replace("    d_loss = (", "d_loss = ("),
                "",
            ),
            "no real picture": (STEP.replace("self.discriminator(real,", "self.discriminator(fake,"), "vrai lot"),
        }
    ),
    "nearest": wrong_bodies(
        "nearest",
        {
            "one mean": (NEAREST.replace("axis=(1, 2, 3)", ").reshape(1"), "par image"),
            "the first hundred": (NEAREST.replace("images, picture", "images[:100], picture"), "elles toutes"),
            "bytes overflow": (
                "d = np.abs(images - picture).mean(axis=(1, 2, 3))\nreturn d.argmin(), d.min()",
                "débordent",
            ),
            "converted too late": (
                "d = np.abs((images - picture).astype(np.int8).astype(int)).mean(axis=(1, 2, 3))\nreturn d.argmin(), d.min()",
                "débordent",
            ),
            "L2": (
                "d = ((images.astype(np.float32) - picture) ** 2).mean(axis=(1, 2, 3)) ** 0.5\nreturn d.argmin(), d.min()",
                "L2",
            ),
            "norm": (
                "d = np.linalg.norm((images.astype(np.float32) - picture).reshape(len(images), -1), axis=1)\nreturn d.argmin(), d.min()",
                "L2",
            ),
            "no absolute value": (
                "d = (images.astype(np.int16) - picture).mean(axis=(1, 2, 3))\nreturn d.argmin(), d.min()",
                "valeur absolue",
            ),
            "the farthest": (NEAREST.replace("argmin", "argmax"), "éloignée"),
            "a sum": (
                NEAREST.replace("gaps.mean(axis=(1, 2, 3))", "gaps.sum(axis=(1, 2, 3), dtype=np.int64)"),
                "somme",
            ),
            "a whole number": (
                NEAREST.replace("float(distances[rank])", "int(distances[rank])"),
                "le rang est bon, mais la distance",
            ),
            "divided by the side": (
                NEAREST.replace("gaps.mean(axis=(1, 2, 3))", "gaps.sum(axis=(1, 2, 3), dtype=np.int64) / 64"),
                "le rang est bon, mais la distance",
            ),
            "int64": (
                "d = np.abs(images.astype(int) - picture).mean(axis=(1, 2, 3))\nreturn d.argmin(), d.min()",
                "int64",
            ),
            "a sum of bytes": (
                NEAREST.replace("gaps.mean(axis=(1, 2, 3))", "gaps.sum(axis=(1, 2, 3), dtype=np.uint8)"),
                "",
            ),
            "the largest difference": (NEAREST.replace("mean", "max"), "plus grande"),
            "swapped": (
                NEAREST.replace("return rank, float(distances[rank])", "return float(distances[rank]), rank"),
                "échangés",
            ),
            "in [0, 1]": (NEAREST.replace("float(distances[rank])", "float(distances[rank]) / 255"), "255"),
            "in [-1, 1]": (NEAREST.replace("float(distances[rank])", "float(distances[rank]) / 127.5"), "[-1, 1]"),
            "wrong axes": (NEAREST.replace("axis=(1, 2, 3)", "axis=(0, 1, 2)"), ""),
            "the rank alone": (NEAREST.replace("rank, float(distances[rank])", "rank"), "deux nombres"),
            "the picture": (NEAREST.replace("return rank", "return images[rank]"), "le rang"),
            "float64": (
                "d = np.abs(images.astype(np.float64) - picture).mean(axis=(1, 2, 3))\nreturn d.argmin(), d.min()",
                "float64",
            ),
            "in place": (
                "images -= np.minimum(images, picture)\nd = images.mean(axis=(1, 2, 3))\nreturn d.argmin(), d.min()",
                "sur place",
            ),
        },
    ),
    "diversity": wrong_bodies(
        "diversity",
        {
            "with itself": (
                "flat = images.reshape(len(images), -1).astype(float)\nreturn np.abs(flat[:, None] - flat[None]).mean()",
                "elle-même",
            ),
            "overflow": (DIVERSITY.replace(".astype(np.float32)", ""), "débordent"),
            "standard deviation": ("return images.astype(float).std(axis=0).mean()", "écart-type"),
            "L2": (
                "from scipy.spatial.distance import pdist\nflat = images.reshape(len(images), -1).astype(float)\nreturn pdist(flat).mean() / flat.shape[1] ** 0.5",
                "L2",
            ),
            "squares": (
                DIVERSITY.replace("np.abs(flat[i] - flat[i + 1 :])", "((flat[i] - flat[i + 1 :]) ** 2)"),
                "carrés",
            ),
            "to the mean": ("x = images.astype(float)\nreturn np.abs(x - x.mean(axis=0)).mean()", "à la moyenne"),
            "in a row": ("return np.abs(np.diff(images.astype(float), axis=0)).mean()", "se suivent"),
            "to the first": ("return np.abs(images[1:].astype(float) - images[0]).mean()", "la première"),
            "a sum of pixels": (DIVERSITY.replace(".mean(axis=1)", ".sum(axis=1)"), "pixels"),
            "a sum of pairs": (
                "flat = images.reshape(len(images), -1).astype(float)\nreturn sum(np.abs(flat[i] - flat[i + 1:]).mean(axis=1).sum() for i in range(len(flat)))",
                "divisée",
            ),
            "twice": (DIVERSITY.replace("/ 2)", ")"), "deux fois dans le nombre"),
            "half": (
                DIVERSITY.replace("(len(flat) * (len(flat) - 1) / 2)", "(len(flat) * (len(flat) - 1) / 4)"),
                "compté deux fois",
            ),
            "no absolute value": (
                DIVERSITY.replace("np.abs(flat[i] - flat[i + 1 :])", "(flat[i] - flat[i + 1 :])"),
                "",
            ),
            "of one picture": ("return np.abs(images[0].astype(float) - images[0].mean()).mean()", ""),
            "in [0, 1]": (DIVERSITY.replace("return float(total", "return float(total / 255"), "255"),
            "an array": ("return images.astype(float).mean(axis=0)", "un seul nombre"),
            "64 x 64 written down": (
                DIVERSITY.replace(".mean(axis=1)", ".sum(axis=1)").replace("total /", "total / (64 * 64) /"),
                "32 x 32",
            ),
            "reshaped to 64 x 64": (DIVERSITY.replace("(len(images), -1)", "(-1, 64 * 64)"), "écrite en dur"),
        },
    ),
    "gradient_norm": wrong_bodies(
        "gradient_norm",
        {
            "from logits": (
                NORM.replace("BinaryCrossentropy()", "BinaryCrossentropy(from_logits=True)"),
                "from_logits",
            ),
            "D left frozen": ("discriminator.trainable = False\n" + NORM.strip("\n"), "figé"),
            "half the loss": (NORM.replace("on_fake)\nreturn", "on_fake) / 2\nreturn"), "demi-somme"),
            "squared": (
                changed(NORM, ("generator.trainable_variables)))", "generator.trainable_variables))) ** 2")),
                "carré",
            ),
            "sum of norms": (
                NORM.replace(
                    "tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables))",
                    "sum(tf.norm(g) for g in tape.gradient(loss, generator.trainable_variables))",
                ),
                "somme des normes",
            ),
            "mean of norms": (
                NORM.replace(
                    "tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables))",
                    "np.mean([tf.norm(g) for g in tape.gradient(loss, generator.trainable_variables)])",
                ),
                "moyenne des normes",
            ),
            "the last tensor": (
                NORM.replace(
                    "tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables))",
                    "tf.norm(tape.gradient(loss, generator.trainable_variables)[-1])",
                ),
                "dernier",
            ),
            "the first tensor": (
                NORM.replace(
                    "tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables))",
                    "tf.norm(tape.gradient(loss, generator.trainable_variables[0]))",
                ),
                "premier",
            ),
            "D's weights": (NORM.replace("generator.trainable", "discriminator.trainable"), "poids de D"),
            "all weights": (
                NORM.replace(
                    "generator.trainable_variables", "generator.trainable_variables + discriminator.trainable_variables"
                ),
                "avec ceux de G",
            ),
            "zeros": (NORM.replace("ones_like", "zeros_like"), "à 1"),
            "a sum": (NORM.replace("BinaryCrossentropy()", 'BinaryCrossentropy(reduction="sum")'), "moyenne"),
            "the loss": (
                NORM.replace(
                    "float(tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables)))", "float(loss)"
                ),
                "valeur de la perte",
            ),
            "evaluation": (NORM.replace("training=True", "training=False"), "training=True"),
            "no mode": (NORM.replace(", training=True", ""), "training=True"),
            "its own noise": (NORM.replace("generator(z,", "generator(tf.random.normal(z.shape),"), "bruits reçus"),
            "outside the tape": (
                """
on_fake = discriminator(generator(z, training=True), training=True)
with tf.GradientTape() as tape:
    loss = keras.losses.BinaryCrossentropy()(tf.ones_like(on_fake), on_fake)
return float(tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables)))""",
                "dans le bloc",
            ),
            "loss outside the tape": (NORM.replace("    loss = ", "loss = "), "dans le bloc"),
            "applied": (
                changed(
                    NORM,
                    (
                        "return float(",
                        "gradients = tape.gradient(loss, generator.trainable_variables)\nkeras.optimizers.SGD(0.1).apply_gradients(zip(gradients, generator.trainable_variables))\nreturn float(",
                    ),
                    ("global_norm(tape.gradient(loss, generator.trainable_variables))", "global_norm(gradients)"),
                ),
                "bougé",
            ),
            "a list": (
                NORM.replace(
                    "float(tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables)))",
                    "[float(tf.norm(g)) for g in tape.gradient(loss, generator.trainable_variables)]",
                ),
                "un seul nombre",
            ),
            "mean of absolute values": (
                NORM.replace(
                    "float(tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables)))",
                    "float(tf.reduce_mean(tf.abs(tf.concat([tf.reshape(g, -1) for g in tape.gradient(loss, generator.trainable_variables)], 0))))",
                ),
                "valeurs absolues",
            ),
        },
    ),
    "diagnose": wrong_bodies(
        "diagnose",
        {
            "D first": (
                """
if min(real_accuracy, fake_accuracy) > 0.9:
    return "D domine"
return "effondrement" if diversity < 0.6 else "rien à signaler\"""",
                "en premier",
            ),
            "one share is enough": (DIAGNOSE.replace("min(", "max("), "les deux parts"),
            "the mean": (
                DIAGNOSE.replace("min(real_accuracy, fake_accuracy)", "(real_accuracy + fake_accuracy) / 2"),
                "les deux parts",
            ),
            "the real ones only": (
                DIAGNOSE.replace("min(real_accuracy, fake_accuracy)", "real_accuracy"),
                "les deux parts",
            ),
            "0.9 included": (DIAGNOSE.replace("> 0.9", ">= 0.9"), "strictement"),
            "0.6 included": (DIAGNOSE.replace("< 0.6", "<= 0.6"), "strictement"),
            "other words": (DIAGNOSE.replace("effondrement", "collapse"), "à la lettre"),
            "no accent": (DIAGNOSE.replace("rien à signaler", "rien a signaler"), "à la lettre"),
            "a number": ("return 1 if diversity < 0.6 else 0", "un texte"),
            "another threshold": (DIAGNOSE.replace("0.9", "0.8"), ""),
            "low shares": (
                DIAGNOSE.replace("min(real_accuracy, fake_accuracy) > 0.9", "max(real_accuracy, fake_accuracy) < 0.55"),
                "",
            ),
        },
    ),
}
