"""TP 07: right and wrong answers."""

from answer_tables import changed, written

HEAD = {
    "make_discriminator": "def make_discriminator(width, dropout):",
    "inner_discriminator": "def inner_discriminator(width, dropout):",
    "make_generator": "def make_generator(width, latent_dim):",
    "discriminator_loss": "def discriminator_loss(on_real, on_fake):",
    "generator_loss": "def generator_loss(on_fake):",
    "train_step": "@tf.function\ndef train_step(generator, discriminator, optimizer_g, optimizer_d, real):",
    "same_margins": "def same_margins(size, kernel, stride):",
    "channels_first": "def channels_first(rows, size, channels):",
    "make_gan": "def make_gan(generator, discriminator):",
    "moved_weights": "def moved_weights(network, action):",
    "train_discriminator": "def train_discriminator(generator, discriminator, real):",
    "train_generator": "def train_generator(gan, discriminator, batch_size):",
}

body, bodies, wrong_bodies = written(HEAD)


def wrong_values(name, answers):
    blank = {"blank": ("None", "encore vide"), "dots": ("...", "encore vide")}
    return {label: (f"{name} = {value}\n", words) for label, (value, words) in {**blank, **answers}.items()}


D = """
return keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(width, 5, strides=2, padding="same"),
    layers.LeakyReLU(negative_slope=0.2),
    layers.Dropout(dropout),
    layers.Conv2D(2 * width, 5, strides=2, padding="same"),
    layers.LeakyReLU(negative_slope=0.2),
    layers.Dropout(dropout),
    layers.Flatten(),
    layers.Dense(1),
])"""
G = """
return keras.Sequential([
    keras.Input((latent_dim,)),
    layers.Dense(7 * 7 * 4 * width, use_bias=False),
    layers.BatchNormalization(),
    layers.LeakyReLU(negative_slope=0.2),
    layers.Reshape((7, 7, 4 * width)),
    layers.Conv2DTranspose(2 * width, 5, padding="same", use_bias=False),
    layers.BatchNormalization(),
    layers.LeakyReLU(negative_slope=0.2),
    layers.Conv2DTranspose(width, 5, strides=2, padding="same", use_bias=False),
    layers.BatchNormalization(),
    layers.LeakyReLU(negative_slope=0.2),
    layers.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False, activation="tanh"),
])"""
LOSS_D = """
bce = keras.losses.BinaryCrossentropy(from_logits=True)
return bce(tf.ones_like(on_real), on_real) + bce(tf.zeros_like(on_fake), on_fake)"""
LOSS_G = """
bce = keras.losses.BinaryCrossentropy(from_logits=True)
return bce(tf.ones_like(on_fake), on_fake)"""
STEP = """
z = tf.random.normal((len(real), latent_dim))
with tf.GradientTape() as tape_d, tf.GradientTape() as tape_g:
    fake = generator(z, training=True)
    on_real, on_fake = discriminator(real, training=True), discriminator(fake, training=True)
    loss_d, loss_g = discriminator_loss(on_real, on_fake), generator_loss(on_fake)
gradients_d = tape_d.gradient(loss_d, discriminator.trainable_variables)
gradients_g = tape_g.gradient(loss_g, generator.trainable_variables)
optimizer_d.apply_gradients(zip(gradients_d, discriminator.trainable_variables))
optimizer_g.apply_gradients(zip(gradients_g, generator.trainable_variables))
return loss_d, loss_g"""
MARGINS = """
output = -(-size // stride)
total = max((output - 1) * stride + kernel - size, 0)
return total // 2, total - total // 2"""
ORDER = """
order = np.arange(size * size * channels).reshape(size, size, channels).transpose(2, 0, 1).ravel()
return rows[order]"""
GAN = """
z = keras.Input(generator.input_shape[1:])
return keras.Model(z, discriminator(generator(z)))"""
MOVED = """
before = [weight.numpy().copy() for weight in network.weights]
action()
pairs = zip(network.weights, before, strict=True)
return [weight.path for weight, value in pairs if not np.array_equal(weight.numpy(), value)]"""
TRAIN_D = """
z = rng.normal(size=(len(real), z_dim))
fake = generator(z, training=False)
pictures = np.concatenate([real, fake])
labels = np.concatenate([np.ones((len(real), 1)), np.zeros((len(real), 1))])
discriminator.trainable = True
discriminator.reset_metrics()
return discriminator.train_on_batch(pictures, labels)"""
TRAIN_G = """
z = rng.normal(size=(batch_size, z_dim))
discriminator.trainable = False
gan.reset_metrics()
return gan.train_on_batch(z, np.ones((batch_size, 1)))"""
LEAKY = "layers.LeakyReLU(negative_slope=0.2)"

RIGHT = {
    "make_discriminator": {
        **bodies(
            "make_discriminator",
            {
                "tuples": D.replace("5, strides=2", "(5, 5), strides=(2, 2)"),
                "positional": D.replace("5, strides=2, padding=", "5, 2, ").replace("negative_slope=", ""),
                "added one by one": """
model = keras.Sequential()
model.add(keras.Input(shape=(28, 28, 1)))
for channels in (width, width * 2):
    model.add(layers.Conv2D(channels, (5, 5), strides=(2, 2), padding="same"))
    model.add(layers.LeakyReLU(negative_slope=0.2))
    model.add(layers.Dropout(rate=dropout))
model.add(layers.Flatten())
model.add(layers.Dense(1))
return model""",
                "functional": """
image = keras.Input((28, 28, 1))
x = image
for channels in (width, 2 * width):
    x = layers.Conv2D(channels, 5, strides=2, padding="same", activation=lambda v: tf.nn.leaky_relu(v, 0.2))(x)
    x = layers.Dropout(dropout)(x)
return keras.Model(image, layers.Dense(1)(layers.Flatten()(x)))""",
                "shape of the layer": D.replace("    keras.Input((28, 28, 1)),\n", "").replace(
                    'layers.Conv2D(width, 5, strides=2, padding="same")',
                    'layers.Conv2D(width, 5, strides=2, padding="same", input_shape=(28, 28, 1))',
                ),
                "initialised": D.replace("padding=", 'kernel_initializer="he_normal", padding='),
                "a convolution at the end": changed(
                    D,
                    ("    layers.Flatten(),\n    layers.Dense(1),", "    layers.Conv2D(1, 7),\n    layers.Flatten(),"),
                ),
                "tf.keras": D.replace("layers.", "tf.keras.layers."),
                "margins by hand": """
def same():
    return layers.ZeroPadding2D(((1, 2), (1, 2)))
return keras.Sequential([
    keras.Input((28, 28, 1)),
    same(), layers.Conv2D(width, 5, strides=2), layers.LeakyReLU(negative_slope=0.2), layers.Dropout(dropout),
    same(), layers.Conv2D(2 * width, 5, strides=2), layers.LeakyReLU(negative_slope=0.2), layers.Dropout(dropout),
    layers.Flatten(), layers.Dense(1)])""",
            },
        ),
        "a class, built": """
class Discriminator(keras.Model):
    def __init__(self, width, dropout):
        super().__init__()
        self.convolutions = [layers.Conv2D(c, 5, strides=2, padding="same") for c in (width, 2 * width)]
        self.erase, self.flat, self.end = layers.Dropout(dropout), layers.Flatten(), layers.Dense(1)
    def call(self, x, training=None):
        for convolution in self.convolutions:
            x = self.erase(keras.ops.leaky_relu(convolution(x), 0.2), training=training)
        return self.end(self.flat(x))
def make_discriminator(width, dropout):
    network = Discriminator(width, dropout)
    network(tf.zeros((1, 28, 28, 1)))
    return network
""",
        "a class around a built network": body("inner_discriminator", D)
        + """
class Discriminator(keras.Model):
    def __init__(self, *settings):
        super().__init__()
        self.stack = inner_discriminator(*settings)
    def call(self, x, training=None):
        return self.stack(x, training=training)
def make_discriminator(width, dropout):
    return Discriminator(width, dropout)
""",
    },
    "make_generator": {
        **bodies(
            "make_generator",
            {
                "tanh as a layer": changed(G, (', activation="tanh")', '),\n    layers.Activation("tanh")')),
                "positional": G.replace("5, strides=2, padding=", "5, 2, ").replace("negative_slope=", ""),
                "keyword": G.replace(
                    "use_bias=False", "use_bias=False, kernel_initializer=keras.initializers.RandomNormal(0, 0.02)"
                ),
                "other epsilon": G.replace("BatchNormalization()", "BatchNormalization(epsilon=1e-5, momentum=0.9)"),
                "stride 1 said": changed(G, ("2 * width, 5, padding", "2 * width, (5, 5), strides=(1, 1), padding")),
                "functional": """
z = keras.Input((latent_dim,))
def end(x):
    return layers.LeakyReLU(negative_slope=0.2)(layers.BatchNormalization()(x))
x = end(layers.Dense(49 * 4 * width, use_bias=False)(z))
x = layers.Reshape((7, 7, -1))(x)
x = end(layers.Conv2DTranspose(2 * width, 5, padding="same", use_bias=False)(x))
x = end(layers.Conv2DTranspose(width, 5, 2, "same", use_bias=False)(x))
x = layers.Conv2DTranspose(1, 5, 2, "same", use_bias=False)(x)
return keras.Model(z, keras.ops.tanh(x))""",
                "nested": """
def block(layer):
    return keras.Sequential([layer, layers.BatchNormalization(), layers.LeakyReLU(negative_slope=0.2)])
return keras.Sequential([
    keras.Input((latent_dim,)),
    block(layers.Dense(196 * width, use_bias=False)),
    layers.Reshape((7, 7, 4 * width)),
    block(layers.Conv2DTranspose(2 * width, 5, padding="same", use_bias=False)),
    block(layers.Conv2DTranspose(width, 5, strides=2, padding="same", use_bias=False)),
    layers.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False, activation="tanh")])""",
                "added one by one": """
model = keras.Sequential()
model.add(layers.Input(shape=(latent_dim,)))
model.add(layers.Dense(7 * 7 * width * 4, use_bias=False))
model.add(layers.BatchNormalization())
model.add(layers.LeakyReLU(negative_slope=0.2))
model.add(layers.Reshape((7, 7, width * 4)))
for channels, stride in ((2 * width, 1), (width, 2)):
    model.add(layers.Conv2DTranspose(channels, (5, 5), strides=stride, padding="same", use_bias=False))
    model.add(layers.BatchNormalization())
    model.add(layers.LeakyReLU(negative_slope=0.2))
model.add(layers.Conv2DTranspose(1, (5, 5), strides=2, padding="same", use_bias=False, activation="tanh"))
return model""",
            },
        ),
    },
    "discriminator_loss": {
        **bodies(
            "discriminator_loss",
            {
                "functions": """
real = keras.losses.binary_crossentropy(tf.ones_like(on_real), on_real, from_logits=True)
fake = keras.losses.binary_crossentropy(tf.zeros_like(on_fake), on_fake, from_logits=True)
return tf.reduce_mean(real) + tf.reduce_mean(fake)""",
                "tf.nn": """
ce = tf.nn.sigmoid_cross_entropy_with_logits
real = tf.reduce_mean(ce(labels=tf.ones_like(on_real), logits=on_real))
return real + tf.reduce_mean(ce(labels=tf.zeros_like(on_fake), logits=on_fake))""",
                "by hand": "return tf.reduce_mean(tf.math.softplus(-on_real)) + tf.reduce_mean(tf.math.softplus(on_fake))",
                "keras.ops": """
ops = keras.ops
return ops.mean(ops.binary_crossentropy(ops.ones_like(on_real), on_real, from_logits=True)) + ops.mean(
    ops.binary_crossentropy(ops.zeros_like(on_fake), on_fake, from_logits=True))""",
                "one mean of both": """
bce = keras.losses.BinaryCrossentropy(from_logits=True)
labels = tf.concat([tf.ones((len(on_real), 1)), tf.zeros((len(on_fake), 1))], axis=0)
return 2 * bce(labels, tf.concat([on_real, on_fake], axis=0))""",
                "probabilities": """
bce = keras.losses.BinaryCrossentropy()
p, q = tf.sigmoid(on_real), tf.sigmoid(on_fake)
return bce(tf.ones_like(p), p) + bce(tf.zeros_like(q), q)""",
                "named": """
cross_entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)
real_loss = cross_entropy(y_true=tf.ones_like(on_real), y_pred=on_real)
fake_loss = cross_entropy(y_true=tf.zeros_like(on_fake), y_pred=on_fake)
total_loss = real_loss + fake_loss
return total_loss""",
            },
        ),
        "lambda": """
bce = keras.losses.BinaryCrossentropy(from_logits=True)
discriminator_loss = lambda a, b: bce(tf.ones_like(a), a) + bce(tf.zeros_like(b), b)
""",
    },
    "generator_loss": {
        **bodies(
            "generator_loss",
            {
                "functions": """
return tf.reduce_mean(keras.losses.binary_crossentropy(tf.ones_like(on_fake), on_fake, from_logits=True))""",
                "tf.nn": """
return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(on_fake), logits=on_fake))""",
                "by hand": "return -tf.reduce_mean(tf.math.log_sigmoid(on_fake))",
                "log of a probability": "return -tf.reduce_mean(tf.math.log(tf.sigmoid(on_fake)))",
                "ones of a shape": """
return keras.losses.BinaryCrossentropy(from_logits=True)(tf.ones((len(on_fake), 1)), on_fake)""",
            },
        ),
    },
    "equilibrium": {
        "logarithms": "equilibrium = (2 * np.log(2), np.log(2))",
        "a list": "equilibrium = [1.386, 0.693]",
        "two decimals": "equilibrium = (1.39, 0.69)",
        "an array": "equilibrium = np.array([np.log(4), np.log(2)])",
        "a tensor": "equilibrium = tf.math.log([4.0, 2.0])",
        "asked of the losses": """
zero = tf.zeros((3, 1))
equilibrium = (discriminator_loss(zero, zero), generator_loss(zero))""",
    },
    "train_step": {
        **bodies(
            "train_step",
            {
                "nested": """
z = tf.random.normal([real.shape[0], latent_dim])
with tf.GradientTape() as gen_tape:
    with tf.GradientTape() as disc_tape:
        fake = generator(z, training=True)
        on_real = discriminator(real, training=True)
        on_fake = discriminator(fake, training=True)
        gen_loss = generator_loss(on_fake)
        disc_loss = discriminator_loss(on_real, on_fake)
gradients_g = gen_tape.gradient(gen_loss, generator.trainable_variables)
gradients_d = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
optimizer_g.apply_gradients(zip(gradients_g, generator.trainable_variables))
optimizer_d.apply_gradients(zip(gradients_d, discriminator.trainable_variables))
return disc_loss, gen_loss""",
                "persistent": """
z = keras.random.normal((len(real), latent_dim))
with tf.GradientTape(persistent=True) as tape:
    fake = generator(z, training=True)
    on_real, on_fake = discriminator(real, training=True), discriminator(fake, training=True)
    loss_d, loss_g = discriminator_loss(on_real, on_fake), generator_loss(on_fake)
for loss, network, optimizer in ((loss_d, discriminator, optimizer_d), (loss_g, generator, optimizer_g)):
    optimizer.apply(tape.gradient(loss, network.trainable_weights), network.trainable_weights)
return loss_d, loss_g""",
                "D then G": """
n = tf.shape(real)[0]
with tf.GradientTape() as tape:
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    loss_d = discriminator_loss(discriminator(real, training=True), discriminator(fake, training=True))
weights = discriminator.trainable_variables
optimizer_d.apply_gradients(zip(tape.gradient(loss_d, weights), weights))
with tf.GradientTape() as tape:
    fake = generator(tf.random.normal((n, latent_dim)), training=True)
    loss_g = generator_loss(discriminator(fake, training=True))
weights = generator.trainable_variables
optimizer_g.apply_gradients(zip(tape.gradient(loss_g, weights), weights))
return loss_d, loss_g""",
                "z inside": """
with tf.GradientTape() as a, tf.GradientTape() as b:
    z = tf.random.normal(shape=(len(real), latent_dim), mean=0.0, stddev=1.0)
    fake = generator(z, training=True)
    both = discriminator(tf.concat([real, fake], axis=0), training=True)
    on_real, on_fake = both[:len(real)], both[len(real):]
    loss_d, loss_g = discriminator_loss(on_real, on_fake), generator_loss(on_fake)
optimizer_d.apply_gradients(zip(a.gradient(loss_d, discriminator.trainable_variables), discriminator.trainable_variables))
optimizer_g.apply_gradients(zip(b.gradient(loss_g, generator.trainable_variables), generator.trainable_variables))
return [loss_d, loss_g]""",
            },
        ),
        "the same z given twice": body(
            "train_step",
            """
z = tf.random.normal((len(real), generator.input_shape[-1]))
with tf.GradientTape() as tape_d:
    on_fake = discriminator(generator(z, training=True), training=True)
    loss_d = discriminator_loss(discriminator(real, training=True), on_fake)
with tf.GradientTape() as tape_g:
    loss_g = generator_loss(discriminator(generator(z, training=True), training=True))
weights = discriminator.trainable_variables, generator.trainable_variables
gradients_d, gradients_g = tape_d.gradient(loss_d, weights[0]), tape_g.gradient(loss_g, weights[1])
optimizer_d.apply(gradients_d, weights[0])
optimizer_g.apply(gradients_g, weights[1])
return loss_d, loss_g""",
        ),
        "without tf.function": body("train_step", STEP).removeprefix("@tf.function\n"),
        "with helper": """
def learn(tape, loss, network, optimizer):
    optimizer.apply_gradients(zip(tape.gradient(loss, network.trainable_variables), network.trainable_variables))
@tf.function(reduce_retracing=True)
def train_step(generator, discriminator, optimizer_g, optimizer_d, real):
    z = tf.random.normal((len(real), latent_dim))
    with tf.GradientTape() as tape_d, tf.GradientTape() as tape_g:
        on_real = discriminator(real, training=True)
        on_fake = discriminator(generator(z, training=True), training=True)
        ce = tf.nn.sigmoid_cross_entropy_with_logits
        loss_g = tf.reduce_mean(ce(labels=tf.ones_like(on_fake), logits=on_fake))
        loss_d = tf.reduce_mean(ce(labels=tf.ones_like(on_real), logits=on_real)) + tf.reduce_mean(
            ce(labels=tf.zeros_like(on_fake), logits=on_fake))
    learn(tape_d, loss_d, discriminator, optimizer_d)
    learn(tape_g, loss_g, generator, optimizer_g)
    return loss_d, loss_g
""",
    },
    "same_margins": {
        **bodies(
            "same_margins",
            {
                "math.ceil": """
import math
total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
before = total // 2
return (before, total - before)""",
                "a list": "t = max(((size + stride - 1) // stride - 1) * stride + kernel - size, 0)\nreturn [t // 2, (t + 1) // 2]",
                "remainder": """
rest = size % stride
total = max(kernel - stride, 0) if rest == 0 else max(kernel - rest, 0)
return total // 2, total - total // 2""",
                "numpy": "t = np.maximum((np.ceil(size / stride) - 1) * stride + kernel - size, 0).astype(int)\nreturn np.array([t // 2, t - t // 2])",
                "integers of numpy": MARGINS.replace("-(-size // stride)", "np.int64(np.ceil(size / stride))"),
                "tensors": MARGINS.replace(
                    "-(-size // stride)", "-(-size // stride)\nkernel = tf.constant(kernel)"
                ).replace("max(", "tf.maximum("),
            },
        ),
    },
    "channels_first": {
        **bodies(
            "channels_first",
            {
                "reshape": """
more = rows.shape[1:]
maps = rows.reshape(size, size, channels, *more)
return np.moveaxis(maps, 2, 0).reshape(rows.shape)""",
                "strides": "return np.concatenate([rows[c::channels] for c in range(channels)])",
                "loop": """
result = np.empty_like(rows)
k = 0
for c in range(channels):
    for i in range(size):
        for j in range(size):
            result[k] = rows[(i * size + j) * channels + c]
            k += 1
return result""",
                "flat positions": "return rows.reshape(size * size, channels, -1).swapaxes(0, 1).reshape(rows.shape)",
            },
        ),
    },
    "make_gan": {
        **bodies(
            "make_gan",
            {
                "shape": "z = keras.Input(shape=(generator.input_shape[-1],))\nreturn keras.Model(inputs=z, outputs=discriminator(generator(z)))",
                "sequential": "return keras.Sequential([generator, discriminator])",
                "steps": """
gan_input = keras.Input((generator.input_shape[1],))
fake = generator(gan_input)
gan_output = discriminator(fake)
return keras.Model(gan_input, gan_output, name="gan")""",
                "inputs of G": "return keras.Model(generator.inputs, discriminator(generator.outputs[0]))",
                "sequential with its input": "return keras.Sequential([keras.Input(generator.input_shape[1:]), generator, discriminator])",
            },
        ),
    },
    "moved_weights": {
        **bodies(
            "moved_weights",
            {
                "get_weights": """
before = network.get_weights()
action()
after = network.get_weights()
return [w.path for w, a, b in zip(network.weights, before, after) if (a != b).any()]""",
                "a set": """
before = {w.path: np.array(w) for w in network.weights}
action()
return {w.path for w in network.weights if np.any(np.array(w) != before[w.path])}""",
                "convert_to_numpy": """
copy = lambda: [keras.ops.convert_to_numpy(w).copy() for w in network.weights]
before = copy()
action()
names = []
for w, a, b in zip(network.weights, before, copy()):
    if not (a == b).all():
        names.append(w.path)
return names""",
                "a dictionary": """
before = {w.path: w.numpy() for w in network.weights}
action()
return {w.path: True for w in network.weights if not np.array_equal(w, before[w.path])}""",
                "tensors": """
before = [tf.identity(w.value) for w in network.weights]
action()
return tuple(w.path for w, v in zip(network.weights, before) if bool(tf.reduce_any(w.value != v)))""",
            },
        ),
    },
    "reliable": {
        "a set": 'reliable = {"bascule", "deux rubans"}',
        "a list": 'reliable = ["deux rubans", "bascule"]',
        "a tuple": 'reliable = ("bascule", "deux rubans")',
        "an array": 'reliable = np.array(["bascule", "deux rubans"])',
        "measured": """
reliable = set(list(recipes)[-2:])""",
    },
    "train_discriminator": {
        **bodies(
            "train_discriminator",
            {
                "predict_on_batch": changed(TRAIN_D, ("generator(z, training=False)", "generator.predict_on_batch(z)")),
                "predict": changed(TRAIN_D, ("generator(z, training=False)", "generator.predict(z, verbose=0)")),
                "plain call": changed(TRAIN_D, ("generator(z, training=False)", "generator(z)")),
                "G frozen, then freed": changed(
                    TRAIN_D,
                    ("discriminator.trainable", "generator.trainable = False\ndiscriminator.trainable"),
                    ("return discriminator", "loss = discriminator"),
                )
                + "\ngenerator.trainable = True\nreturn loss",
                "global generator": changed(TRAIN_D, ("rng.normal(size=", "np.random.normal(0, 1, size=")),
                "fakes first": changed(
                    TRAIN_D,
                    ("[real, fake]", "[fake, real]"),
                    (
                        "np.ones((len(real), 1)), np.zeros((len(real), 1))",
                        "np.zeros((len(real), 1)), np.ones((len(real), 1))",
                    ),
                ),
                "flat labels": TRAIN_D.replace("(len(real), 1)", "len(real)"),
                "shuffled": changed(
                    TRAIN_D,
                    ("discriminator.trainable", "order = rng.permutation(len(pictures))\ndiscriminator.trainable"),
                    ("(pictures, labels)", "(pictures[order], labels[order])"),
                ),
                "tensors": """
z = tf.random.normal((len(real), z_dim))
pictures = tf.concat([real, generator(z, training=False)], axis=0)
labels = tf.concat([tf.ones((len(real), 1)), tf.zeros((len(real), 1))], axis=0)
discriminator.trainable = True
discriminator.reset_metrics()
loss = discriminator.train_on_batch(pictures, labels)
discriminator.trainable = False
return float(loss)""",
                "a dictionary": changed(
                    TRAIN_D,
                    (
                        "return discriminator.train_on_batch(pictures, labels)",
                        'return discriminator.train_on_batch(pictures, labels, return_dict=True)["loss"]',
                    ),
                ),
            },
        ),
        "G frozen, and freed by the other step": body(
            "train_discriminator",
            changed(TRAIN_D, ("discriminator.trainable", "generator.trainable = False\ndiscriminator.trainable")),
        )
        + body("train_generator", "for layer in gan.layers:\n    layer.trainable = True\n" + TRAIN_G),
    },
    "train_generator": {
        **bodies(
            "train_generator",
            {
                "global generator": changed(TRAIN_G, ("rng.normal(size=", "np.random.normal(0, 1, size=")),
                "flat labels": changed(TRAIN_G, ("(batch_size, 1)", "batch_size")),
                "freed again": changed(TRAIN_G, ("return gan.", "loss = gan."))
                + "\ndiscriminator.trainable = True\nreturn float(loss)",
                "tensors": """
discriminator.trainable = False
gan.reset_metrics()
return gan.train_on_batch(tf.random.normal((batch_size, z_dim)), tf.ones((batch_size, 1)))""",
                "G freed too": "for layer in gan.layers:\n    layer.trainable = True\n" + TRAIN_G.strip("\n"),
                "by its layers": changed(
                    TRAIN_G,
                    (
                        "discriminator.trainable = False",
                        "for layer in discriminator.layers:\n    layer.trainable = False",
                    ),
                ),
                "a dictionary": changed(
                    TRAIN_G, ("np.ones((batch_size, 1)))", 'np.ones((batch_size, 1)), return_dict=True)["loss"]')
                ),
            },
        ),
    },
}

WRONG = {
    "make_discriminator": wrong_bodies(
        "make_discriminator",
        {
            "default slope": (D.replace("negative_slope=0.2", ""), "0,3"),
            "one default slope": (
                D.replace(LEAKY, "layers.LeakyReLU()", 1),
                "0,3, après la première",
            ),
            "ReLU": (D.replace(LEAKY, "layers.ReLU()"), "ReLU partout"),
            "no activation": (D.replace(f"    {LEAKY},\n", ""), "l'activation manque partout"),
            "sigmoid": (changed(D, ("Dense(1)", 'Dense(1, activation="sigmoid")')), "sigmoïde"),
            "relu at the end": (changed(D, ("Dense(1)", 'Dense(1, activation="relu")')), "jamais négative"),
            "no dropout": (D.replace("    layers.Dropout(dropout),\n", ""), "rien n'est effacé"),
            "one dropout": (D.replace("    layers.Dropout(dropout),\n", "", 1), "première"),
            "dropout of one's own": (D.replace("Dropout(dropout)", "Dropout(0.3)"), "dropout = 0"),
            "share kept": (D.replace("Dropout(dropout)", "Dropout(1 - dropout)"), "tout est effacé"),
            "spatial dropout": (D.replace("layers.Dropout", "layers.SpatialDropout2D"), "SpatialDropout2D"),
            "dropout at the end": (
                changed(D, ("layers.Dense(1),", "layers.Dense(1),\n    layers.Dropout(dropout),")),
                "suit le Dense",
            ),
            "valid": (D.replace(', padding="same"', ""), "padding"),
            "no stride": (D.replace("strides=2, ", ""), "pas de pas 2"),
            "one stride": (D.replace("strides=2, ", "", 1), "une des deux"),
            "kernel 3": (D.replace(", 5,", ", 3,"), "noyau est de 3"),
            "kernel 4": (D.replace(", 5,", ", 4,"), "noyau est de 4"),
            "no bias": (D.replace('padding="same"', 'padding="same", use_bias=False'), "il manque les biais"),
            "no bias at the first": (
                D.replace('padding="same"', 'padding="same", use_bias=False', 1),
                "il manque le biais de la première",
            ),
            "no bias at the end": (D.replace("layers.Dense(1)", "layers.Dense(1, use_bias=False)"), "du Dense final"),
            "same width": (changed(D, ("2 * width", "width")), "2 * width"),
            "BatchNormalization": (
                D.replace(LEAKY, f"layers.BatchNormalization(),\n    {LEAKY}"),
                "BatchNormalization",
            ),
            "hard-coded": (D.replace("2 * width", "128").replace("(width", "(64"), "en dur"),
            "no Flatten": (changed(D, ("    layers.Flatten(),\n", "")), "il manque layers.Flatten()"),
            "pooled": (changed(D, ("layers.Flatten()", "layers.GlobalAveragePooling2D()")), "GlobalAveragePooling"),
            "no input": (changed(D, ("    keras.Input((28, 28, 1)),\n", "")), "keras.Input"),
            "the batch in the input": (changed(D, ("(28, 28, 1)", "(None, 28, 28, 1)")), "sans le lot"),
            "channels first": (changed(D, ("(28, 28, 1)", "(1, 28, 28)")), "en dernier"),
            "always in training": (
                """
image = x = keras.Input((28, 28, 1))
for channels in (width, 2 * width):
    x = layers.LeakyReLU(negative_slope=0.2)(layers.Conv2D(channels, 5, strides=2, padding="same")(x))
    x = layers.Dropout(dropout)(x, training=True)
return keras.Model(image, layers.Dense(1)(layers.Flatten()(x)))""",
                "sans l'argument training",
            ),
            "PyTorch": ("return nn.Sequential(nn.Conv2d(1, width, 5))", "réseau de Keras"),
            "a list": (changed(D, ("keras.Sequential(", "list(")), "réseau de Keras"),
            "ten classes": (changed(D, ("Dense(1)", "Dense(10)")), "10 sorties"),
            "frozen": (
                "model = " + D.strip().removeprefix("return ") + "\nmodel.trainable = False\nreturn model",
                "figé",
            ),
        },
    )
    | {
        "always the same": (
            "kept = {}\ndef make_discriminator(width, dropout):\n    if (width, dropout) in kept:\n        return kept[width, dropout]\n"
            "    kept[width, dropout] = network = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(1)])\n"
            "    return network\n",
            "mêmes couches",
        ),
        "does not know the shape": (
            "class Lazy(keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.end = layers.Dense(1)\n"
            "    def call(self, x):\n        return self.end(x)\nmake_discriminator = lambda width, dropout: Lazy()\n",
            "appelez-le une fois",
        ),
    },
    "make_generator": wrong_bodies(
        "make_generator",
        {
            "always in training": (
                """
z = keras.Input((latent_dim,))
x = layers.BatchNormalization()(layers.Dense(7 * 7 * 4 * width, use_bias=False)(z), training=True)
x = layers.Reshape((7, 7, 4 * width))(layers.LeakyReLU(negative_slope=0.2)(x))
for channels, stride in ((2 * width, 1), (width, 2)):
    x = layers.Conv2DTranspose(channels, 5, strides=stride, padding="same", use_bias=False)(x)
    x = layers.LeakyReLU(negative_slope=0.2)(layers.BatchNormalization()(x, training=True))
last = layers.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False, activation="tanh")
return keras.Model(z, last(x))""",
                "sans l'argument training",
            ),
            "Reshape to another width": (changed(G, ("(7, 7, 4 * width)", "(7, 7, 256)")), "Reshape garde"),
            "default slope": (G.replace("negative_slope=0.2", ""), "0,3"),
            "one ReLU": (G.replace(LEAKY, "layers.ReLU()", 1), "ReLU après le Dense"),
            "no activation": (G.replace(f"    {LEAKY},\n", ""), "l'activation manque partout"),
            "no tanh": (changed(G, (', activation="tanh"', "")), "pas bornée"),
            "sigmoid": (changed(G, ('"tanh"', '"sigmoid"')), "sigmoïde"),
            "relu": (changed(G, ('"tanh"', '"relu"')), "ReLU"),
            "twice tanh": (
                changed(G, ('activation="tanh"),', 'activation="tanh"),\n    layers.Activation("tanh"),')),
                "deux fois",
            ),
            "bias of Dense": (changed(G, ("4 * width, use_bias=False", "4 * width")), "le Dense a un biais de trop"),
            "biases": (G.replace(", use_bias=False", ""), "toutes les couches ont un biais de trop"),
            "bias at the end": (
                changed(G, ("use_bias=False, activation", "activation")),
                "dernière transposée a un biais",
            ),
            "no BatchNormalization": (G.replace("    layers.BatchNormalization(),\n", ""), "aucune BatchNormalization"),
            "the first missing": (G.replace("    layers.BatchNormalization(),\n", "", 1), "suit Dense"),
            "one at the end": (
                changed(
                    G, (', activation="tanh")', '),\n    layers.BatchNormalization(),\n    layers.Activation("tanh")')
                ),
                "après la dernière",
            ),
            "after Reshape": (
                changed(
                    G,
                    (
                        f"    layers.BatchNormalization(),\n    {LEAKY},\n    layers.Reshape((7, 7, 4 * width)),\n",
                        f"    layers.Reshape((7, 7, 4 * width)),\n    layers.BatchNormalization(),\n    {LEAKY},\n",
                    ),
                ),
                "avant Reshape",
            ),
            "bent then normalised": (
                G.replace(
                    f"    layers.BatchNormalization(),\n    {LEAKY},\n",
                    f"    {LEAKY},\n    layers.BatchNormalization(),\n",
                ),
                "après la normalisation",
            ),
            "momentum of PyTorch": (
                G.replace("BatchNormalization()", "BatchNormalization(momentum=0.1)"),
                "momentum = 0.1",
            ),
            "momentum of 0.999": (
                G.replace("BatchNormalization()", "BatchNormalization(momentum=0.999)"),
                "momentum = 0.999",
            ),
            "large epsilon": (G.replace("BatchNormalization()", "BatchNormalization(epsilon=0.3)"), "epsilon = 0.3"),
            "kernel 3": (G.replace(", 5,", ", 3,"), "noyau est de 3"),
            "channels first": (changed(G, ("(7, 7, 4 * width)", "(4 * width, 7, 7)")), "en dernier"),
            "valid": (G.replace(', padding="same"', ""), "forme"),
            "no stride": (G.replace("strides=2, ", ""), "forme"),
            "no stride-1 layer": (
                changed(
                    G,
                    (
                        f'    layers.Conv2DTranspose(2 * width, 5, padding="same", use_bias=False),\n    layers.BatchNormalization(),\n    {LEAKY},\n',
                        "",
                    ),
                ),
                "pas 1",
            ),
            "UpSampling2D": (
                G.replace(
                    "layers.Conv2DTranspose(width, 5, strides=2,", "layers.UpSampling2D(),\n    layers.Conv2D(width, 5,"
                ).replace("layers.Conv2DTranspose(1, 5, strides=2,", "layers.UpSampling2D(),\n    layers.Conv2D(1, 5,"),
                "Conv2DTranspose",
            ),
            "Conv2D of stride 1": (
                changed(G, ("layers.Conv2DTranspose(2 * width, 5, padding", "layers.Conv2D(2 * width, 5, padding")),
                "couche de pas 1",
            ),
            "latent_dim hard-coded": (changed(G, ("(latent_dim,)", "(100,)")), "en dur"),
            "latent_dim without a comma": (changed(G, ("(latent_dim,)", "(latent_dim)")), "virgule"),
            "width hard-coded": (
                G.replace("4 * width", "256").replace("2 * width", "128").replace("(width", "(64"),
                "en dur",
            ),
            "dropout": (changed(G, ("layers.Reshape", "layers.Dropout(0.3),\n    layers.Reshape")), "Dropout"),
            "no input": (changed(G, ("    keras.Input((latent_dim,)),\n", "")), "keras.Input"),
            "a number": ("return 3", "réseau de Keras"),
        },
    ),
    "discriminator_loss": wrong_bodies(
        "discriminator_loss",
        {
            "from_logits forgotten": (changed(LOSS_D, ("from_logits=True", "")), "from_logits=True"),
            "twice sigmoid": (
                changed(LOSS_D, ("return", "on_real, on_fake = tf.sigmoid(on_real), tf.sigmoid(on_fake)\nreturn")),
                "deux fois",
            ),
            "labels exchanged": (
                changed(
                    LOSS_D, ("ones_like(on_real)", "zeros_like(on_real)"), ("zeros_like(on_fake)", "ones_like(on_fake)")
                ),
                "échangées",
            ),
            "arguments exchanged": (
                changed(
                    LOSS_D,
                    ("(tf.ones_like(on_real), on_real)", "(on_real, tf.ones_like(on_real))"),
                    ("(tf.zeros_like(on_fake), on_fake)", "(on_fake, tf.zeros_like(on_fake))"),
                ),
                "en premier",
            ),
            "halved": (
                changed(LOSS_D, ("return bce", "return 0.5 * bce"), ("+ bce", "+ 0.5 * bce")),
                "divisée par deux",
            ),
            "only real": (changed(LOSS_D, (" + bce(tf.zeros_like(on_fake), on_fake)", "")), "terme des fausses"),
            "only fake": (changed(LOSS_D, ("bce(tf.ones_like(on_real), on_real) + ", "")), "terme des vraies"),
            "two ones": (changed(LOSS_D, ("zeros_like", "ones_like")), "l'étiquette 1"),
            "two zeros": (changed(LOSS_D, ("ones_like", "zeros_like")), "l'étiquette 0"),
            "minus": (changed(LOSS_D, (" + bce", " - bce")), "retranché"),
            "one value each": (
                "f = keras.losses.binary_crossentropy\nreturn f(tf.ones_like(on_real), on_real, from_logits=True) + f(tf.zeros_like(on_fake), on_fake, from_logits=True)",
                "une seule",
            ),
            "a sum": (changed(LOSS_D, ("from_logits=True", "from_logits=True, reduction='sum'")), "moyenne"),
            "no gradient": (
                changed(
                    LOSS_D,
                    (
                        "return bce(tf.ones_like(on_real), on_real) +",
                        "return float(bce(tf.ones_like(on_real), on_real)) +",
                    ),
                ),
                "",
            ),
            "a number": (
                changed(
                    LOSS_D,
                    (
                        "return bce(tf.ones_like(on_real), on_real) + bce(tf.zeros_like(on_fake), on_fake)",
                        "return (bce(tf.ones_like(on_real), on_real) + bce(tf.zeros_like(on_fake), on_fake)).numpy()",
                    ),
                ),
                "n'est plus reliée",
            ),
            "hinge": (
                "return tf.reduce_mean(tf.nn.relu(1 - on_real)) + tf.reduce_mean(tf.nn.relu(1 + on_fake))",
                "au lieu de",
            ),
        },
    ),
    "generator_loss": wrong_bodies(
        "generator_loss",
        {
            "zeros": (changed(LOSS_G, ("ones_like", "zeros_like")), "l'étiquette est 0"),
            "saturating": (changed(LOSS_G, ("return bce(tf.ones_like", "return -bce(tf.zeros_like")), "saturante"),
            "from_logits forgotten": (changed(LOSS_G, ("from_logits=True", "")), "from_logits=True"),
            "twice sigmoid": (
                changed(LOSS_G, ("like(on_fake), on_fake", "like(on_fake), tf.sigmoid(on_fake)")),
                "deux fois",
            ),
            "minus": (changed(LOSS_G, ("return bce", "return -bce")), "signe"),
            "halved": (changed(LOSS_G, ("return bce", "return 0.5 * bce")), "divisée"),
            "arguments exchanged": (
                changed(LOSS_G, ("(tf.ones_like(on_fake), on_fake)", "(on_fake, tf.ones_like(on_fake))")),
                "en premier",
            ),
            "a sum": (changed(LOSS_G, ("from_logits=True", "from_logits=True, reduction='sum'")), "moyenne"),
            "a number": (
                changed(
                    LOSS_G,
                    (
                        "return bce(tf.ones_like(on_fake), on_fake)",
                        "return bce(tf.ones_like(on_fake), on_fake).numpy()",
                    ),
                ),
                "n'est plus reliée",
            ),
            "Wasserstein": ("return -tf.reduce_mean(on_fake)", "au lieu de"),
        },
    ),
    "equilibrium": wrong_values(
        "equilibrium",
        {
            "zero": ("(0, 0)", "perte nulle"),
            "log 2 twice": ("(np.log(2), np.log(2))", "somme de deux termes"),
            "exchanged": ("(np.log(2), 2 * np.log(2))", "échangées"),
            "2 log 2 twice": ("(2 * np.log(2), 2 * np.log(2))", "n'a qu'un terme"),
            "bits": ("(2, 1)", "base 2"),
            "decimal": ("(2 * np.log10(2), np.log10(2))", "décimaux"),
            "negative": ("(-2 * np.log(2), -np.log(2))", "positive"),
            "halves": ("(0.5, 0.5)", "réponse de D"),
            "one number": ("np.log(2)", "deux nombres"),
            "one number in an array": ("np.array(1.386)", "deux nombres"),
            "words": ("('2 log 2', 'log 2')", "nombre"),
            "a game lost": ("(0, 100)", "-log(1/2)"),
        },
    ),
    "train_step": wrong_bodies(
        "train_step",
        {
            "only the losses": (
                changed(
                    STEP,
                    ("optimizer_d.apply_gradients(zip(gradients_d, discriminator.trainable_variables))\n", ""),
                    ("optimizer_g.apply_gradients(zip(gradients_g, generator.trainable_variables))\n", ""),
                ),
                "D n'a pas bougé",
            ),
            "D alone": (
                changed(STEP, ("optimizer_g.apply_gradients(zip(gradients_g, generator.trainable_variables))\n", "")),
                "G n'a pas bougé",
            ),
            "G alone": (
                changed(
                    STEP, ("optimizer_d.apply_gradients(zip(gradients_d, discriminator.trainable_variables))\n", "")
                ),
                "D n'a pas bougé",
            ),
            "optimizers exchanged": (
                changed(
                    STEP,
                    ("optimizer_d.apply", "optimizer_x.apply"),
                    ("optimizer_g.apply", "optimizer_d.apply"),
                    ("optimizer_x.apply", "optimizer_g.apply"),
                ),
                "autre réseau",
            ),
            "losses exchanged": (changed(STEP, ("return loss_d, loss_g", "return loss_g, loss_d")), "échangées"),
            "one loss": (changed(STEP, ("return loss_d, loss_g", "return loss_d")), "deux pertes"),
            "a dictionary": (
                changed(STEP, ("return loss_d, loss_g", 'return {"d": loss_d, "g": loss_g}')),
                "deux pertes",
            ),
            "optimizers of its own": (
                changed(STEP, ("z = tf", "optimizer_d = keras.optimizers.SGD(1.0)\nz = tf")),
                "optimizer_d ne sert pas",
            ),
            "G before D": (
                """
def learn(optimizer, tape, loss, network):
    weights = network.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
with tf.GradientTape() as tape:
    fake = generator(tf.random.normal((len(real), latent_dim)), training=True)
    loss_g = generator_loss(discriminator(fake, training=True))
learn(optimizer_g, tape, loss_g, generator)
with tf.GradientTape() as tape:
    fake = generator(tf.random.normal((len(real), latent_dim)), training=True)
    loss_d = discriminator_loss(discriminator(real, training=True), discriminator(fake, training=True))
learn(optimizer_d, tape, loss_d, discriminator)
return loss_d, loss_g""",
                "mis à jour avant",
            ),
            "sum of the losses": (
                changed(
                    STEP,
                    ("tape_d.gradient(loss_d,", "tape_d.gradient(loss_d + loss_g,"),
                    (
                        "discriminator_loss(on_real, on_fake), generator_loss(on_fake)",
                        "discriminator_loss(on_real, on_fake), generator_loss(on_fake)\n    total = loss_d + loss_g",
                    ),
                )
                .replace("tape_d.gradient(loss_d + loss_g,", "tape_d.gradient(total,")
                .replace("tape_g.gradient(loss_g,", "tape_g.gradient(total,"),
                "aussi le gradient",
            ),
            "G's tape watches D": (
                changed(
                    STEP,
                    ("tape_g.gradient(loss_g, generator.trainable", "tape_g.gradient(loss_g, discriminator.trainable"),
                    ("zip(gradients_g, generator.trainable", "zip(gradients_g, discriminator.trainable"),
                ),
                "ne connaît pas",
            ),
            "wrong variables": (
                changed(STEP, ("zip(gradients_g, generator.trainable", "zip(gradients_g, discriminator.trainable")),
                "ne connaît pas",
            ),
            "losses exchanged in the gradients": (
                changed(
                    STEP,
                    ("tape_d.gradient(loss_d", "tape_d.gradient(loss_x"),
                    ("tape_g.gradient(loss_g", "tape_g.gradient(loss_d"),
                    ("tape_d.gradient(loss_x", "tape_d.gradient(loss_g"),
                ),
                "la perte de G",
            ),
            "G against itself": (changed(STEP, ("generator_loss(on_fake)", "-generator_loss(on_fake)")), "ajouté"),
            "labels exchanged in D": (
                changed(STEP, ("discriminator_loss(on_real, on_fake)", "discriminator_loss(on_fake, on_real)")),
                "étiquettes de D",
            ),
            "G learns to be caught": (
                changed(STEP, ("generator_loss(on_fake)", "discriminator_loss(on_real, on_fake)")),
                "perte de D",
            ),
            "saturating": (
                changed(STEP, ("generator_loss(on_fake)", "-discriminator_loss(on_real, on_fake)")),
                "saturante",
            ),
            "halved": (
                changed(STEP, ("discriminator_loss(on_real, on_fake)", "0.5 * discriminator_loss(on_real, on_fake)")),
                "divisée par deux",
            ),
            "training=False": (STEP.replace("training=True", "training=False"), "training=True"),
            "training forgotten": (STEP.replace(", training=True", ""), "training=True"),
            "D in evaluation": (
                STEP.replace("discriminator(fake, training=True)", "discriminator(fake)"),
                "training=True",
            ),
            "uniform": (changed(STEP, ("tf.random.normal(", "tf.random.uniform(")), "loi normale"),
            "uniform, centred": (
                changed(STEP, ("latent_dim))", "latent_dim), -1, 1)"), ("tf.random.normal(", "tf.random.uniform(")),
                "loi normale",
            ),
            "other spread": (changed(STEP, ("latent_dim))", "latent_dim), 0, 2)")), "loi normale"),
            "noise of NumPy": (
                changed(
                    STEP,
                    (
                        "tf.random.normal((len(real), latent_dim))",
                        "np.random.normal(size=(len(real), latent_dim)).astype('float32')",
                    ),
                ),
                "np.random",
            ),
            "one noise for all": (
                changed(
                    STEP,
                    (
                        "tf.random.normal((len(real), latent_dim))",
                        "tf.repeat(tf.random.normal((1, latent_dim)), len(real), axis=0)",
                    ),
                ),
                "se répète",
            ),
            "seeded": (
                changed(
                    STEP,
                    (
                        "tf.random.normal((len(real), latent_dim))",
                        "tf.random.stateless_normal((len(real), latent_dim), (1, 2))",
                    ),
                ),
                "même bruit",
            ),
            "z of another size": (changed(STEP, ("latent_dim))", "10))")), "forme des données"),
            "fewer fakes": (changed(STEP, ("len(real), latent_dim", "8, latent_dim")), "8 faux"),
            "losses outside the tape": (
                changed(STEP, ("    loss_d, loss_g =", "loss_d, loss_g =")),
                "GradientTape",
            ),
            "fakes outside the tape": (
                changed(
                    STEP,
                    ("    fake = generator(z, training=True)\n", ""),
                    (
                        "with tf.GradientTape() as tape_d",
                        "fake = generator(z, training=True)\nwith tf.GradientTape() as tape_d",
                    ),
                ),
                "GradientTape",
            ),
            "fakes cut": (
                changed(
                    STEP, ("fake = generator(z, training=True)", "fake = tf.stop_gradient(generator(z, training=True))")
                ),
                "GradientTape",
            ),
            "one tape": (
                STEP.replace(
                    "tf.GradientTape() as tape_d, tf.GradientTape() as tape_g", "tf.GradientTape() as tape_d"
                ).replace("tape_g", "tape_d"),
                "ruban",
            ),
            "fakes only": (
                changed(STEP, ("discriminator_loss(on_real, on_fake)", "discriminator_loss(on_fake, on_fake)")),
                "direction",
            ),
            "D twice": (
                changed(
                    STEP,
                    (
                        "optimizer_g.apply",
                        "optimizer_d.apply_gradients(zip(gradients_d, discriminator.trainable_variables))\noptimizer_g.apply",
                    ),
                ),
                "deux fois",
            ),
            "losses of NumPy": (
                changed(STEP, ("return loss_d, loss_g", "return loss_d.numpy(), loss_g.numpy()")),
                "numpy()",
            ),
            "truncated": (changed(STEP, ("random.normal", "random.truncated_normal")), "loi normale"),
            "D left frozen": (changed(STEP, ("return", "discriminator.trainable = False\nreturn")), "reste figé"),
            "D frozen first": (changed(STEP, ("z = tf", "discriminator.trainable = False\nz = tf")), "est figé"),
            "weights first": (
                changed(
                    STEP,
                    ("zip(gradients_d, discriminator.trainable_variables)", "zip(discriminator.weights, gradients_d)"),
                ),
                "les gradients d'abord",
            ),
            "no zip": (
                changed(
                    STEP, ("zip(gradients_d, discriminator.trainable_variables)", "gradients_d, discriminator.weights")
                ),
                "zip(gradients, variables)",
            ),
            "gradients alone": (
                changed(STEP, ("zip(gradients_d, discriminator.trainable_variables)", "gradients_d")),
                "zip(gradients, variables)",
            ),
            "loss of G on predictions": (
                changed(STEP, ("generator_loss(on_fake)", "generator_loss(tf.stop_gradient(on_fake))")),
                "sans stop_gradient",
            ),
            "other networks": (
                changed(STEP, ("z = tf", "generator = make_generator(2, latent_dim)\nz = tf")),
                "ne connaît pas",
            ),
        },
    )
    | {
        "noise outside": (
            "z_outside = tf.random.normal((2000, latent_dim))\n"
            + body("train_step", changed(STEP, ("tf.random.normal((len(real), latent_dim))", "z_outside[:len(real)]"))),
            "même bruit",
        ),
        "loss to be mended": (
            body("generator_loss", LOSS_G.replace("ones_like", "zeros_like")) + body("train_step", STEP),
            "à corriger d'abord. generator_loss",
        ),
    },
    "same_margins": wrong_bodies(
        "same_margins",
        {
            "more before": (
                changed(MARGINS, ("return total // 2, total - total // 2", "return total - total // 2, total // 2")),
                "à la fin",
            ),
            "equal": (changed(MARGINS, ("total - total // 2", "total // 2")), "égales"),
            "negative": (
                changed(
                    MARGINS, ("max((output - 1) * stride + kernel - size, 0)", "(output - 1) * stride + kernel - size")
                ),
                "négative",
            ),
            "total twice": (changed(MARGINS, ("total // 2, total - total // 2", "total, total")), "se partage"),
            "rounded down": (changed(MARGINS, ("-(-size // stride)", "size // stride")), "vers le haut"),
            "of TP 06": ("return kernel // 2, kernel // 2", "TP 06"),
            "one number": (changed(MARGINS, ("return total // 2, total - total // 2", "return total")), "deux entiers"),
            "halves": (
                changed(MARGINS, ("return total // 2, total - total // 2", "return total / 2, total / 2")),
                "au lieu de",
            ),
            "fixed": ("return 1, 2", "au lieu de"),
            "floats": (changed(MARGINS, ("-(-size // stride)", "np.ceil(size / stride)")), "pas des entiers"),
        },
    ),
    "channels_first": wrong_bodies(
        "channels_first",
        {
            "untouched": ("return rows", "telles quelles"),
            "transposed": (changed(ORDER, ("(2, 0, 1)", "(2, 1, 0)")), "échangées"),
            "line, channel": (changed(ORDER, ("(2, 0, 1)", "(0, 2, 1)")), "(ligne, canal, colonne)"),
            "column first": (changed(ORDER, ("(2, 0, 1)", "(1, 2, 0)")), "(colonne, canal, ligne)"),
            "the way back": (
                changed(
                    ORDER,
                    (
                        "reshape(size, size, channels).transpose(2, 0, 1)",
                        "reshape(channels, size, size).transpose(1, 2, 0)",
                    ),
                ),
                "chemin inverse",
            ),
            "reshaped alone": ("return rows.reshape(channels, size, size, -1).reshape(rows.shape)", "telles quelles"),
            "maps": ("return rows.reshape(size, size, channels, -1).transpose(2, 0, 1, 3)", "forme"),
            "the order": (changed(ORDER, ("return rows[order]", "return order")), "forme"),
            "a list": (changed(ORDER, ("return rows[order]", "return list(rows[order])")), "tableau NumPy"),
            "a tensor": (changed(ORDER, ("return rows[order]", "return tf.gather(rows, order)")), "tableau NumPy"),
            "in place": (changed(ORDER, ("return rows[order]", "rows[:] = rows[order]\nreturn rows")), "sur place"),
            "sorted": ("return np.sort(rows, axis=0)", "canal, ligne, colonne"),
            "reversed": ("return rows[::-1]", "canal, ligne, colonne"),
        },
    ),
    "make_gan": wrong_bodies(
        "make_gan",
        {
            "the other way": (
                changed(GAN, ("discriminator(generator(z))", "generator(discriminator(z))")),
                "forme des données",
            ),
            "G alone": (changed(GAN, ("discriminator(generator(z))", "generator(z)")), "forme"),
            "G itself": ("return generator", "l'un des deux"),
            "a clone": (
                changed(GAN, ("discriminator(generator", "keras.models.clone_model(discriminator)(generator")),
                "",
            ),
            "a clone with its weights": (
                changed(
                    GAN,
                    (
                        "return keras.Model(z, discriminator(generator(z)))",
                        "frozen = keras.models.clone_model(discriminator)\nfrozen.set_weights(discriminator.get_weights())\nreturn keras.Model(z, frozen(generator(z)))",
                    ),
                ),
                "copies",
            ),
            "frozen": (changed(GAN, ("return", "discriminator.trainable = False\nreturn")), "figé"),
            "all frozen": (
                changed(GAN, ("return keras", "gan = keras")) + "\ngan.trainable = False\nreturn gan",
                "figé",
            ),
            "compiled": (
                changed(GAN, ("return keras", "gan = keras")) + "\ngan.compile(loss='binary_crossentropy')\nreturn gan",
                "compilé",
            ),
            "z_dim": (changed(GAN, ("generator.input_shape[1:]", "(z_dim,)")), "forme des données"),
            "no comma": (changed(GAN, ("generator.input_shape[1:]", "generator.input_shape")), "sans le lot"),
            "two outputs": (
                changed(
                    GAN,
                    (
                        "keras.Model(z, discriminator(generator(z)))",
                        "keras.Model(z, [discriminator(generator(z)), generator(z)])",
                    ),
                ),
                "plusieurs sorties",
            ),
            "numbers": ("return discriminator(generator(np.zeros((1, generator.input_shape[1]))))", "keras.Model"),
            "a function": ("return lambda z: discriminator(generator(z))", "keras.Model"),
            "another layer": (
                changed(
                    GAN,
                    (
                        "keras.Model(z, discriminator(generator(z)))",
                        "keras.Model(z, layers.Dense(1)(discriminator(generator(z))))",
                    ),
                ),
                "D(G(z))",
            ),
        },
    ),
    "moved_weights": wrong_bodies(
        "moved_weights",
        {
            "no copies": (
                changed(
                    MOVED,
                    ("[weight.numpy().copy() for weight in network.weights]", "list(network.weights)"),
                    ("np.array_equal(weight.numpy(), value)", "np.array_equal(weight.numpy(), value.numpy())"),
                ),
                "copies",
            ),
            "after the action": ("action()\n" + MOVED.strip().replace("action()\n", ""), "copies"),
            "trainable alone": (MOVED.replace("network.weights", "network.trainable_weights"), "moyennes courantes"),
            "no action": (changed(MOVED, ("action()\n", "")), "n'est pas appelée"),
            "twice": (changed(MOVED, ("action()\n", "action()\naction()\n")), "2 fois"),
            "close": (
                changed(
                    MOVED, ("np.array_equal(weight.numpy(), value)", "np.allclose(weight.numpy(), value, atol=1e-3)")
                ),
                "c'est assez",
            ),
            "nearly equal": (changed(MOVED, ("np.array_equal", "np.allclose")), "c'est assez"),
            "put back": (
                changed(MOVED, ("return [", "moved = ["))
                + "\nfor weight, value in zip(network.weights, before):\n    weight.assign(value)\nreturn moved",
                "votre fonction elle-même",
            ),
            "one text": (changed(MOVED, ("return [", "return ', '.join(["), ("value)]", "value)])")), "un seul texte"),
            "sums": (
                changed(MOVED, ("not np.array_equal(weight.numpy(), value)", "weight.numpy().sum() != value.sum()")),
                "leur somme",
            ),
            "names": (changed(MOVED, ("weight.path", "weight.name")), "weight.path"),
            "those that stay": (changed(MOVED, ("if not np", "if np")), "n'ont pas bougé"),
            "booleans": (
                changed(
                    MOVED,
                    (
                        "[weight.path for weight, value in pairs if not np.array_equal(weight.numpy(), value)]",
                        "[not np.array_equal(weight.numpy(), value) for weight, value in pairs]",
                    ),
                ),
                "booléens",
            ),
            "a boolean": (
                changed(
                    MOVED,
                    (
                        "return [weight.path for weight, value in pairs if not np.array_equal(weight.numpy(), value)]",
                        "return any(not np.array_equal(weight.numpy(), value) for weight, value in pairs)",
                    ),
                ),
                "booléen",
            ),
            "a number": (
                changed(
                    MOVED,
                    (
                        "return [weight.path for weight, value in pairs if not np.array_equal(weight.numpy(), value)]",
                        "return 3",
                    ),
                ),
                "liste de noms",
            ),
            "variables": (changed(MOVED, ("[weight.path for", "[weight for")), "textes"),
            "a generator": (
                MOVED.replace("return [", "return (").replace("value)]", "value))"),
                "de type generator",
            ),
            "its own yield": (
                MOVED.split("return")[0]
                + "for weight, value in pairs:\n    if not np.array_equal(weight.numpy(), value):\n        yield weight.path",
                "de type generator",
            ),
            "an array": (changed(MOVED, ("return [", "return np.array(["), ("value)]", "value)])")), "de type ndarray"),
            "compared by !=": (
                changed(MOVED, ("not np.array_equal(weight.numpy(), value)", "bool(weight.numpy() != value)")),
                "np.array_equal",
            ),
            "all": ("action()\nreturn [w.path for w in network.weights]", "n'a pas changé"),
            "freed": (changed(MOVED, ("before =", "network.trainable = True\nbefore =")), "trainable a changé"),
            "every number": (
                changed(MOVED, ("not np.array_equal(weight.numpy(), value)", "(weight.numpy() != value).all()")),
                "c'est assez",
            ),
        },
    ),
    "reliable": wrong_values(
        "reliable",
        {
            "with accidents": ('{"bascule", "deux rubans", "figé après un lot"}', "figé après un lot"),
            "freed after a batch": ('{"bascule", "libéré après un lot"}', "erreur"),
            "the old recipe": ('{"libéré après compile"}', "D bouge"),
            "a clone": ('{"clone figé", "bascule"}', "à jour"),
            "alias": ('{"alias figé"}', "n'apprend jamais"),
            "second model": ('{"second modèle figé"}', "mêmes couches"),
            "nothing": ('{"rien de figé"}', "D bouge"),
            "one missing": ('{"bascule"}', "il en manque"),
            "the other missing": ('"deux rubans"', "il en manque"),
            "functions": ("{toggled, two_tapes}", "guillemets"),
            "another name": ('{"bascules", "deux rubans"}', "aucune recette"),
            "a number": ("2", "ensemble"),
            "lists": ('[["bascule"], ["deux rubans"]]', "ensemble"),
        },
    ),
    "train_discriminator": wrong_bodies(
        "train_discriminator",
        {
            "left frozen": (changed(TRAIN_D, ("discriminator.trainable = True\n", "")), "figé"),
            "frozen on purpose": (changed(TRAIN_D, ("trainable = True", "trainable = False")), "figé"),
            "labels exchanged": (
                changed(
                    TRAIN_D,
                    (
                        "[np.ones((len(real), 1)), np.zeros((len(real), 1))]",
                        "[np.zeros((len(real), 1)), np.ones((len(real), 1))]",
                    ),
                ),
                "échangées",
            ),
            "all ones": (changed(TRAIN_D, ("np.zeros", "np.ones")), "sont des 1"),
            "all zeros": (changed(TRAIN_D, ("np.ones", "np.zeros")), "sont des 0"),
            "real alone": (
                changed(TRAIN_D, ("[real, fake]", "[real]"), (", np.zeros((len(real), 1))]", "]")),
                "que sur les vraies",
            ),
            "fakes alone": (
                changed(TRAIN_D, ("[real, fake]", "[fake]"), ("[np.ones((len(real), 1)), ", "[")),
                "que sur les fausses",
            ),
            "two batches": (
                changed(
                    TRAIN_D,
                    (
                        "return discriminator.train_on_batch(pictures, labels)",
                        "discriminator.train_on_batch(real, np.ones((len(real), 1)))\nreturn discriminator.train_on_batch(fake, np.zeros((len(real), 1)))",
                    ),
                ),
                "un seul",
            ),
            "labels shuffled alone": (
                changed(TRAIN_D, ("(pictures, labels)", "(pictures, rng.permutation(labels))")),
                "étiquette",
            ),
            "training=True": (changed(TRAIN_D, ("training=False", "training=True")), "training=True"),
            "uniform": (changed(TRAIN_D, ("rng.normal(", "rng.uniform(-1, 1, ")), "loi normale"),
            "seeded": (changed(TRAIN_D, ("rng.normal", "np.random.default_rng(0).normal")), "même bruit"),
            "z of another size": (changed(TRAIN_D, ("z_dim", "latent_dim")), "forme des données"),
            "only the score": (changed(TRAIN_D, ("train_on_batch", "test_on_batch")), "n'apprend pas"),
            "fewer fakes": (
                changed(
                    TRAIN_D,
                    ("size=(len(real), z_dim)", "size=(8, z_dim)"),
                    ("np.zeros((len(real), 1))", "np.zeros((8, 1))"),
                ),
                "8 faux",
            ),
            "no return": (changed(TRAIN_D, ("return discriminator", "discriminator")), "return"),
            "no fakes": (
                changed(TRAIN_D, ("fake = generator(z, training=False)", "fake = rng.uniform(-1, 1, real.shape)")),
                "generator n'est jamais",
            ),
            "G learns too": (
                changed(
                    TRAIN_D, ("return", "generator.set_weights([w + 0.01 for w in generator.get_weights()])\nreturn")
                ),
                "G a été modifié",
            ),
            "several epochs": (
                changed(
                    TRAIN_D,
                    (
                        "return discriminator.train_on_batch(pictures, labels)",
                        "return discriminator.fit(pictures, labels, epochs=2, batch_size=64, verbose=0).history['loss'][-1]",
                    ),
                ),
                "plusieurs lots",
            ),
            "in place": (changed(TRAIN_D, ("pictures =", "real *= 0.5\npictures =")), "sur place"),
            "G left frozen": (
                changed(TRAIN_D, ("discriminator.trainable", "generator.trainable = False\ndiscriminator.trainable")),
                "G reste figé",
            ),
            "a layer of G left frozen": (
                changed(
                    TRAIN_D,
                    ("discriminator.trainable", "generator.layers[1].trainable = False\ndiscriminator.trainable"),
                ),
                "G reste figé",
            ),
            "compiled at each step": (
                changed(
                    TRAIN_D,
                    (
                        "discriminator.reset_metrics()",
                        'discriminator.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(1e-3))',
                    ),
                ),
                "discriminator.compile",
            ),
        },
    ),
    "train_generator": wrong_bodies(
        "train_generator",
        {
            "D not frozen": (changed(TRAIN_G, ("discriminator.trainable = False\n", "")), "D a bougé"),
            "D freed": (changed(TRAIN_G, ("trainable = False", "trainable = True")), "D a bougé"),
            "frozen afterwards": (
                changed(TRAIN_G, ("discriminator.trainable = False\n", ""), ("return gan", "loss = gan"))
                + "\ndiscriminator.trainable = False\nreturn loss",
                "D a bougé",
            ),
            "zeros": (changed(TRAIN_G, ("np.ones", "np.zeros")), "sont des 0"),
            "all frozen": (changed(TRAIN_G, ("discriminator.trainable", "gan.trainable")), "G est figé"),
            "uniform": (changed(TRAIN_G, ("rng.normal(", "rng.uniform(-1, 1, ")), "loi normale"),
            "other spread": (changed(TRAIN_G, ("rng.normal(", "rng.normal(0, 3, ")), "loi normale"),
            "seeded": (changed(TRAIN_G, ("rng.normal", "np.random.default_rng(0).normal")), "même bruit"),
            "z of another size": (changed(TRAIN_G, ("z_dim", "latent_dim")), "forme des données"),
            "half a batch": (TRAIN_G.replace("batch_size,", "batch_size // 2,"), "z au lieu"),
            "only the score": (changed(TRAIN_G, ("train_on_batch", "test_on_batch")), "n'apprend pas"),
            "twice": (
                changed(TRAIN_G, ("return gan", "gan.train_on_batch(z, np.ones((batch_size, 1)))\nreturn gan")),
                "un seul train_on_batch",
            ),
            "no return": (changed(TRAIN_G, ("return gan", "gan")), "return"),
            "words": (
                changed(
                    TRAIN_G,
                    (
                        "return gan.train_on_batch(z, np.ones((batch_size, 1)))",
                        "gan.train_on_batch(z, np.ones((batch_size, 1)))\nreturn 'fait'",
                    ),
                ),
                "nombre",
            ),
            "compiled at each step": (
                changed(TRAIN_G, ("gan.reset_metrics()", 'gan.compile(loss="binary_crossentropy", optimizer="adam")')),
                "gan.compile",
            ),
            "a frozen clone": (
                changed(
                    TRAIN_G,
                    (
                        "discriminator.trainable",
                        "discriminator = keras.models.clone_model(discriminator)\ndiscriminator.trainable",
                    ),
                ),
                "D a bougé",
            ),
            "D learns": (
                "return discriminator.train_on_batch(rng.normal(size=(batch_size, 28, 28, 1)), np.ones((batch_size, 1)))",
                "D a bougé",
            ),
        },
    ),
}
