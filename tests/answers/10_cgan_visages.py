"""TP 10: right and wrong answers."""

from answer_tables import changed, written

HEAD = {
    "one_hot": "def one_hot(labels, classes):",
    "label_channels": "def label_channels(codes, size):",
    "make_critic": "def make_critic(size, channels, classes, width):",
    "make_generator": "def make_generator(size, channels, classes, width, latent_dim):",
    "gradient_penalty": "def gradient_penalty(critic, real, fake, channels):",
    "critic_step": "def critic_step(generator, critic, optimizer, real, codes, gp_weight):",
    "generator_step": "def generator_step(generator, critic, optimizer, codes):",
    "same_z": "def same_z(generator, z, classes):",
    "change_ratio": "def change_ratio(first, second, hair):",
    "new_small_gan": "def new_small_gan(width, steps):",
}

body, bodies, wrong_bodies = written(HEAD)

CRITIC = """
pictures, labels = keras.Input((size, size, channels)), keras.Input((size, size, classes))
x = layers.Concatenate()([pictures, labels])
while size > 4:
    x = layers.Conv2D(width, 4, strides=2, padding="same")(x)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    size, width = size // 2, 2 * width
x = layers.Conv2D(1, 4)(x)
return keras.Model([pictures, labels], layers.Flatten()(x))"""
GENERATOR = """
z, codes = keras.Input((latent_dim,)), keras.Input((classes,))
x = layers.Concatenate()([z, codes])
x = layers.Reshape((1, 1, latent_dim + classes))(x)
filters, step, padding = width * size // 8, 1, "valid"
while filters >= width:
    x = layers.Conv2DTranspose(filters, 4, strides=step, padding=padding, use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    filters, step, padding = filters // 2, 2, "same"
x = layers.Conv2DTranspose(channels, 4, strides=2, padding="same", activation="tanh")(x)
return keras.Model([z, codes], x)"""
PENALTY = """
epsilon = tf.random.uniform((tf.shape(real)[0], 1, 1, 1))
between = epsilon * real + (1 - epsilon) * fake
with tf.GradientTape() as tape:
    tape.watch(between)
    scores = critic([between, channels], training=True)
slopes = tape.gradient(scores, between)
norms = tf.sqrt(tf.reduce_sum(slopes**2, axis=[1, 2, 3]) + 1e-12)
return tf.reduce_mean((norms - 1) ** 2)"""
CRITIC_STEP = """
fake = generator([noise(tf.shape(real)[0]), codes], training=True)
channels = label_channels(codes, real.shape[1])
with tf.GradientTape() as tape:
    on_real = critic([real, channels], training=True)
    on_fake = critic([fake, channels], training=True)
    wass = tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)
    gp = gradient_penalty(critic, real, fake, channels)
    loss = wass + gp_weight * gp
gradients = tape.gradient(loss, critic.trainable_variables)
optimizer.apply_gradients(zip(gradients, critic.trainable_variables))
return loss, wass, gp"""
GENERATOR_STEP = """
z = noise(tf.shape(codes)[0])
with tf.GradientTape() as tape:
    fake = generator([z, codes], training=True)
    channels = label_channels(codes, fake.shape[1])
    loss = -tf.reduce_mean(critic([fake, channels], training=True))
gradients = tape.gradient(loss, generator.trainable_variables)
optimizer.apply_gradients(zip(gradients, generator.trainable_variables))
return loss"""
CGAN = """
class CGAN(keras.Model):
    def __init__(self, critic, generator, classes, critic_steps=3, gp_weight=10.0):
        super().__init__()
        self.critic, self.generator, self.classes = critic, generator, classes
        self.critic_steps, self.gp_weight = critic_steps, gp_weight

    def compile(self, c_optimizer, g_optimizer):
        super().compile(jit_compile=False)
        self.c_optimizer, self.g_optimizer = c_optimizer, g_optimizer

    def train_step(self, batch):
        images, labels = batch
        real = tf.cast(images, tf.float32) / 127.5 - 1
        codes = one_hot(labels, self.classes)
        for _ in range(self.critic_steps):
            c_loss, c_wass, c_gp = critic_step(
                self.generator, self.critic, self.c_optimizer, real, codes, self.gp_weight
            )
        g_loss = generator_step(self.generator, self.critic, self.g_optimizer, codes)
        return {"c_loss": c_loss, "c_wass": c_wass, "c_gp": c_gp, "g_loss": g_loss}
"""
CRITIC_LOOP = """
        for _ in range(self.critic_steps):
            c_loss, c_wass, c_gp = critic_step(
                self.generator, self.critic, self.c_optimizer, real, codes, self.gp_weight
            )
"""
INSIDE = CGAN[CGAN.index("        images, labels = batch") :]  # what the student writes
SAME_Z = """
asked = [one_hot(np.full(len(z), label, dtype="int32"), classes) for label in range(classes)]
return np.stack([generator([z, codes], training=False) for codes in asked])"""
RATIO = """
change = np.abs(first - second).mean(axis=(0, 3))
return change[hair < 0.05].mean() / change[hair > 0.5].mean()"""


def step(*pairs):
    return changed(CRITIC_STEP, *pairs)


def own_penalty(*pairs):
    """A critic_step that writes its penalty itself."""
    inner = "\n".join("    " + line for line in gp(*pairs).strip("\n").split("\n"))
    return step(
        ("    gp = gradient_penalty(critic, real, fake, channels)", "    gp = penalty(critic, real, fake)"),
        (
            "with tf.GradientTape() as tape:",
            f"def penalty(critic, real, fake):\n{inner}\nwith tf.GradientTape() as tape:",
        ),
    )


def g_step(*pairs):
    return changed(GENERATOR_STEP, *pairs)


def gp(*pairs):
    return changed(PENALTY, *pairs)


def cgan(*pairs):
    return changed(CGAN, *pairs)


def inlined(z):
    """The critic's loop of CGAN without critic_step, on this noise."""
    return f"""
        n, channels = tf.shape(real)[0], label_channels(codes, real.shape[1])
        for k in range(self.critic_steps):
            fake = self.generator([{z}, codes], training=True)
            with tf.GradientTape() as tape:
                on_real, on_fake = (self.critic([x, channels], training=True) for x in (real, fake))
                c_wass = tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)
                c_gp = gradient_penalty(self.critic, real, fake, channels)
                c_loss = c_wass + self.gp_weight * c_gp
            gradients = tape.gradient(c_loss, self.critic.trainable_variables)
            self.c_optimizer.apply_gradients(zip(gradients, self.critic.trainable_variables))
"""


RIGHT = {
    "one_hot": {
        **bodies(
            "one_hot",
            {
                "keras.ops": "return keras.ops.one_hot(labels, classes)",
                "compared": "return tf.cast(labels[:, None] == tf.range(classes), tf.float32)",
                "rows of the identity": "return tf.gather(tf.eye(classes), labels)",
                "indices and values named": "return tf.one_hot(indices=labels, depth=classes, on_value=1.0, off_value=0.0)",
                "cast to integers first": "return tf.one_hot(tf.cast(labels, tf.int64), classes, dtype='float32')",
            },
        ),
        "lambda": "one_hot = lambda labels, classes: tf.one_hot(labels, classes)",
    },
    "label_channels": bodies(
        "label_channels",
        {
            "tile": "return tf.tile(codes[:, None, None, :], [1, size, size, 1])",
            "repeat twice": "x = tf.repeat(codes[:, None, None, :], size, axis=1)\nreturn tf.repeat(x, size, axis=2)",
            "broadcast": "n, c = tf.shape(codes)[0], codes.shape[1]\nreturn tf.broadcast_to(codes[:, None, None, :], (n, size, size, c))",
            "tiled rows, reshaped": "return tf.reshape(tf.tile(codes, [1, size * size]), (-1, size, size, codes.shape[1]))",
            "a Keras layer": "return keras.layers.UpSampling2D(size)(codes[:, None, None, :])",
            "keras.ops": "x = keras.ops.reshape(codes, (-1, 1, 1, codes.shape[1]))\nreturn keras.ops.tile(x, (1, size, size, 1))",
        },
    ),
    "make_critic": bodies(
        "make_critic",
        {
            "built at its first call": """
class Critic(keras.Model):
    def __init__(self):
        super().__init__()
        self.convs = [layers.Conv2D(width * 2**i, 4, 2, "same") for i in range({64: 4, 32: 3}[size])]
        self.end = layers.Conv2D(1, 4)

    def call(self, inputs):
        x = tf.concat(inputs, axis=-1)
        for conv in self.convs:
            x = tf.nn.leaky_relu(conv(x), 0.2)
        return tf.reshape(self.end(x), (-1, 1))

return Critic()""",
            "labels first": changed(CRITIC, ("([pictures, labels])\nwhile", "([labels, pictures])\nwhile")),
            "activation in the layer": changed(
                CRITIC,
                (
                    'padding="same")(x)\n    x = layers.LeakyReLU(negative_slope=0.2)(x)',
                    'padding="same", activation=lambda y: tf.nn.leaky_relu(y, 0.2))(x)',
                ),
            ),
            "a Dense end": changed(
                CRITIC,
                (
                    "x = layers.Conv2D(1, 4)(x)\nreturn keras.Model([pictures, labels], layers.Flatten()(x))",
                    "return keras.Model([pictures, labels], layers.Dense(1)(layers.Flatten()(x)))",
                ),
            ),
            "dropout too": changed(
                CRITIC, ("negative_slope=0.2)(x)", "negative_slope=0.2)(x)\n    x = layers.Dropout(0.3)(x)")
            ),
            "a class": """
class Critic(keras.Model):
    def __init__(self):
        super().__init__()
        count = {64: 4, 32: 3}[size]
        self.body = keras.Sequential()
        for i in range(count):
            self.body.add(layers.Conv2D(width * 2**i, 4, 2, "same"))
            self.body.add(layers.LeakyReLU(negative_slope=0.2))
        self.body.add(layers.Conv2D(1, 4))
        self.body.add(layers.Flatten())

    def call(self, inputs):
        return self.body(tf.concat(inputs, axis=-1))

critic = Critic()
critic([tf.zeros((1, size, size, channels)), tf.zeros((1, size, size, classes))])
return critic""",
            "four convolutions by hand, or three": """
pictures, labels = keras.Input((size, size, channels)), keras.Input((size, size, classes))
x = keras.ops.concatenate([pictures, labels], axis=-1)
for filters in [width, 2 * width, 4 * width, 8 * width][: 4 if size == 64 else 3]:
    x = layers.Conv2D(filters, (4, 4), strides=(2, 2), padding="same")(x)
    x = layers.LeakyReLU(0.2)(x)
x = layers.Conv2D(1, 4, strides=1, padding="valid")(x)
return keras.Model(inputs=[pictures, labels], outputs=layers.Reshape((1,))(x))""",
        },
    ),
    "make_generator": bodies(
        "make_generator",
        {
            "labels first": changed(GENERATOR, ("([z, codes])\nx", "([codes, z])\nx")),
            "a Dense start": changed(
                GENERATOR,
                (
                    "x = layers.Reshape((1, 1, latent_dim + classes))(x)\n",
                    "f = width * size // 8\nx = layers.Reshape((4, 4, f))(layers.Dense(16 * f, use_bias=False)(x))\nx = layers.LeakyReLU(negative_slope=0.2)(layers.BatchNormalization()(x))\n",
                ),
                (
                    'filters, step, padding = width * size // 8, 1, "valid"',
                    'filters, step, padding = width * size // 16, 2, "same"',
                ),
            ),
            "momentum by default": changed(
                GENERATOR, ("BatchNormalization(momentum=0.9)", "BatchNormalization(epsilon=1e-5)")
            ),
            "tanh apart": changed(GENERATOR, (', activation="tanh")(x)', ")(x)\nx = layers.Activation('tanh')(x)")),
            "one by one": """
z, codes = keras.Input((latent_dim,)), keras.Input((classes,))
x = keras.ops.concatenate([z, codes], axis=1)
x = x[:, None, None, :]
for i in reversed(range(4 if size == 64 else 3)):
    first = x.shape[1] == 1
    x = layers.Conv2DTranspose(width * 2**i, 4, 1 if first else 2, "valid" if first else "same", use_bias=False)(x)
    x = layers.LeakyReLU(0.2)(layers.BatchNormalization(momentum=0.9)(x))
return keras.Model([z, codes], layers.Conv2DTranspose(channels, 4, 2, "same", activation=tf.tanh)(x))""",
        },
    ),
    "gradient_penalty": bodies(
        "gradient_penalty",
        {
            "from the fake": gp(("epsilon * real + (1 - epsilon) * fake", "fake + epsilon * (real - fake)")),
            "epsilon on the fake": gp(("epsilon * real + (1 - epsilon) * fake", "real + epsilon * (fake - real)")),
            "flattened": gp(
                (
                    "tf.sqrt(tf.reduce_sum(slopes**2, axis=[1, 2, 3]) + 1e-12)",
                    "tf.sqrt(tf.reduce_sum(tf.reshape(slopes, (tf.shape(slopes)[0], -1)) ** 2, axis=1) + 1e-10)",
                )
            ),
            "keras.random": gp(
                (
                    "tf.random.uniform((tf.shape(real)[0], 1, 1, 1))",
                    "keras.random.uniform((keras.ops.shape(real)[0], 1, 1, 1), 0.0, 1.0)",
                )
            ),
            "a variable tape": gp(
                (
                    "with tf.GradientTape() as tape:\n    tape.watch(between)",
                    "with tf.GradientTape(watch_accessed_variables=False) as tape:\n    tape.watch([between])",
                )
            ),
            "the sum of the scores": gp(
                (
                    "    scores = critic([between, channels], training=True)",
                    "    scores = tf.reduce_sum(critic([between, channels], training=True))",
                ),
                ("tape.gradient(scores, between)", "tape.gradient(scores, [between])[0]"),
            ),
            "training unsaid": gp((", training=True", "")),
            "the critic in evaluation mode": gp(("training=True", "training=False")),
            "keras.ops": gp(("tf.reduce_mean((norms - 1) ** 2)", "keras.ops.mean(keras.ops.square(norms - 1.0))")),
        },
    ),
    "critic_step": bodies(
        "critic_step",
        {
            "one call on both": step(
                (
                    "    on_real = critic([real, channels], training=True)\n    on_fake = critic([fake, channels], training=True)\n",
                    "    both = critic([tf.concat([real, fake], 0), tf.concat([channels, channels], 0)], training=True)\n    on_real, on_fake = tf.split(both, 2)\n",
                ),
            ),
            "inside the tape": step(
                (
                    "with tf.GradientTape() as tape:\n",
                    "with tf.GradientTape() as tape:\n    fake = generator([noise(tf.shape(real)[0]), codes], training=True)\n",
                ),
                ("fake = generator([noise(tf.shape(real)[0]), codes], training=True)\nchannels", "channels"),
            ),
            "optimizer.apply": step(
                (
                    "optimizer.apply_gradients(zip(gradients, critic.trainable_variables))",
                    "optimizer.apply(gradients, critic.trainable_variables)",
                )
            ),
            "negated": step(
                (
                    "wass = tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)",
                    "wass = -(tf.reduce_mean(on_real) - tf.reduce_mean(on_fake))",
                )
            ),
            "another noise": step(
                ("noise(tf.shape(real)[0])", "tf.random.normal((keras.ops.shape(real)[0], latent_dim))")
            ),
            "weights by name": step(
                (
                    "gradients = tape.gradient(loss, critic.trainable_variables)\noptimizer.apply_gradients(zip(gradients, critic.trainable_variables))",
                    "weights = critic.trainable_weights\noptimizer.apply_gradients(list(zip(tape.gradient(loss, weights), weights)))",
                )
            ),
            "Keras means": step(
                ("wass = tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)", "wass = keras.ops.mean(on_fake - on_real)")
            ),
            "a list": step(("return loss, wass, gp", "return [loss, wass, gp]")),
            "the size of z from G": step(
                ("noise(tf.shape(real)[0])", "tf.random.normal((tf.shape(real)[0], generator.inputs[0].shape[1]))")
            ),
            "its own penalty": own_penalty(),
            "a penalty with training unsaid": own_penalty((", training=True", "")),
            "a penalty in evaluation mode": own_penalty(("training=True", "training=False")),
            "the three in one call": """
n = tf.shape(real)[0]
fake = generator([noise(n), codes], training=True)
channels = label_channels(codes, real.shape[1])
epsilon = tf.random.uniform((n, 1, 1, 1))
between = epsilon * real + (1 - epsilon) * fake
with tf.GradientTape() as tape:
    with tf.GradientTape() as inner:
        inner.watch(between)
        scores = critic([tf.concat([real, fake, between], 0), tf.tile(channels, [3, 1, 1, 1])], training=True)
        on_real, on_fake, on_between = tf.split(scores, 3)
    slopes = inner.gradient(on_between, between)
    gp = tf.reduce_mean((tf.sqrt(tf.reduce_sum(slopes**2, axis=[1, 2, 3]) + 1e-12) - 1) ** 2)
    wass = tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)
    loss = wass + gp_weight * gp
gradients = tape.gradient(loss, critic.trainable_variables)
optimizer.apply_gradients(zip(gradients, critic.trainable_variables))
return loss, wass, gp""",
            "stop_gradient": step(
                (
                    "channels = label_channels(codes, real.shape[1])",
                    "fake = tf.stop_gradient(fake)\nchannels = label_channels(codes, tf.shape(real)[1])",
                )
            ),
        },
    ),
    "generator_step": bodies(
        "generator_step",
        {
            "channels first": g_step(
                ("    channels = label_channels(codes, fake.shape[1])\n", ""),
                ("[fake, channels]", "[fake, label_channels(codes, fake.shape[1])]"),
            ),
            "the mean of the opposites": g_step(
                (
                    "loss = -tf.reduce_mean(critic([fake, channels], training=True))",
                    "loss = tf.reduce_mean(-critic([fake, channels], training=True))",
                )
            ),
            "optimizer.apply": g_step(
                (
                    "optimizer.apply_gradients(zip(gradients, generator.trainable_variables))",
                    "optimizer.apply(gradients, generator.trainable_variables)",
                )
            ),
            "keras.random": g_step(
                ("noise(tf.shape(codes)[0])", "keras.random.normal((keras.ops.shape(codes)[0], latent_dim))")
            ),
            "noise in the tape": g_step(
                ("z = noise(tf.shape(codes)[0])\n", ""), ("[z, codes]", "[noise(tf.shape(codes)[0]), codes]")
            ),
            "keras.ops": g_step(("-tf.reduce_mean(", "-keras.ops.mean(")),
            "training of the critic unsaid": g_step(("[fake, channels], training=True", "[fake, channels]")),
            "the critic in evaluation mode": g_step(("channels], training=True", "channels], training=False")),
            "the critic frozen, then freed": g_step(
                ("with tf", "critic.trainable = False\nwith tf"),
                ("return loss", "critic.trainable = True\nreturn loss"),
            ),
            "the size from G": g_step(("fake.shape[1]", "generator.output_shape[1]")),
        },
    ),
    "CGAN": {
        "the critic frozen in turn": cgan(
            ("        for _ in", "        self.critic.trainable = True\n        for _ in"),
            ("        g_loss = gen", "        self.critic.trainable = False\n        g_loss = gen"),
        ),
        "other names": cgan(
            (
                "real = tf.cast(images, tf.float32) / 127.5 - 1",
                "x = tf.cast(images, 'float32')\n        real = (x - 127.5) / 127.5",
            )
        ),
        "keras.ops": cgan(("tf.cast(images, tf.float32)", "keras.ops.cast(images, 'float32')")),
        "a dictionary by zip": cgan(
            ("            c_loss, c_wass, c_gp = critic_step(", "            three = critic_step("),
            (
                '{"c_loss": c_loss, "c_wass": c_wass, "c_gp": c_gp, "g_loss": g_loss}',
                'dict(zip(("c_loss", "c_wass", "c_gp", "g_loss"), (*three, g_loss)))',
            ),
        ),
        "by name": cgan(
            (
                "critic_step(\n                self.generator, self.critic, self.c_optimizer, real, codes, self.gp_weight\n            )",
                "critic_step(\n                generator=self.generator, critic=self.critic, optimizer=self.c_optimizer, real=real, codes=codes,\n                gp_weight=self.gp_weight,\n            )",
            )
        ),
        "a while loop": cgan(
            (
                "for _ in range(self.critic_steps):",
                "done = 0\n        while done < self.critic_steps:\n            done += 1",
            )
        ),
        "inlined": cgan((CRITIC_LOOP, inlined("noise(n)"))),
        "all the fakes at once": cgan(
            (
                CRITIC_LOOP,
                changed(
                    inlined("unused"),
                    (
                        "        for k in",
                        "        asked = tf.tile(codes, [self.critic_steps, 1])\n"
                        "        fakes = self.generator([noise(self.critic_steps * n), asked], training=True)\n"
                        "        for k in",
                    ),
                    ("self.generator([unused, codes], training=True)", "fakes[k * n : (k + 1) * n]"),
                ),
            )
        ),
        "with Keras metrics beside": cgan(
            (
                "        g_loss = generator_step",
                "        self.seen = getattr(self, 'seen', 0) + 1\n        g_loss = generator_step",
            )
        ),
    },
    "same_z": bodies(
        "same_z",
        {
            "a loop": """
rows = []
for label in range(classes):
    labels = np.full(len(z), label, dtype="int32")
    rows.append(generator([z, one_hot(labels, classes)], training=False).numpy())
return np.array(rows)""",
            "all at once": """
n = z.shape[0]
labels = np.repeat(np.arange(classes, dtype="int32"), n)
pictures = generator([tf.tile(z, [classes, 1]), one_hot(labels, classes)], training=False).numpy()
return pictures.reshape(classes, n, *pictures.shape[1:])""",
            "default mode": "return np.stack([generator([z, one_hot(tf.fill((len(z),), k), classes)]) for k in range(classes)])",
            "rows of the identity": """
codes = tf.eye(classes)
return np.stack([generator([z, tf.repeat(codes[k : k + 1], len(z), axis=0)], training=False) for k in range(classes)])""",
        },
    ),
    "change_ratio": bodies(
        "change_ratio",
        {
            "TensorFlow": """
change = tf.reduce_mean(tf.abs(first - second), axis=[0, 3])
inside, outside = tf.boolean_mask(change, hair > 0.5), tf.boolean_mask(change, hair < 0.05)
return tf.reduce_mean(outside) / tf.reduce_mean(inside)""",
            "masks by where": """
change = np.abs(second - first).mean(axis=3).mean(axis=0)
return np.mean(change[np.where(hair < 0.05)]) / np.mean(change[np.where(hair > 0.5)])""",
            "weights": """
change = np.abs(first.astype(float) - second)
change = change.mean(axis=(0, 3))
return np.average(change, weights=hair < 0.05) / np.average(change, weights=hair > 0.5)""",
            "pixels of every picture": "d = np.abs(first - second)\nreturn float(d[:, hair < 0.05].mean() / d[:, hair > 0.5].mean())",
        },
    ),
    "new_small_gan": {
        **bodies(
            "new_small_gan",
            {
                "by name": "return new_gan(size=32, channels=1, classes=10, width=width, steps=steps)",
                "another rate": "return new_gan(32, 1, 10, width, steps, lr=1e-3)",
                "by hand": """
gan = CGAN(make_critic(32, 1, 10, width), make_generator(32, 1, 10, width, latent_dim), 10)
gan.compile(keras.optimizers.Adam(5e-4, beta_1=0.5), keras.optimizers.Adam(5e-4, beta_1=0.5))
return gan""",
            },
        ),
        "lambda": "new_small_gan = lambda width, steps: new_gan(32, 1, 10, width, steps)",
    },
}

WRONG = {
    "one_hot": wrong_bodies(
        "one_hot",
        {
            "two classes always": ("return tf.one_hot(labels, 2)", "l'argument classes"),
            "as many as the labels": (
                "return tf.one_hot(labels, int(tf.reduce_max(labels)) + 1)",
                "l'argument classes",
            ),
            "integers": ("return tf.one_hot(labels, classes, dtype=tf.int32)", "float32"),
            "columns first": ("return tf.transpose(tf.one_hot(labels, classes))", "lignes et colonnes"),
            "axis 0": ("return tf.one_hot(labels, classes, axis=0)", "lignes et colonnes"),
            "the label alone": ("return tf.cast(labels, tf.float32)", "un seul nombre"),
            "reversed": ("return tf.one_hot(labels, classes)[:, ::-1]", "à l'envers"),
            "shifted": ("return tf.one_hot(labels + 1, classes + 1)[:, :classes]", "au lieu de"),
            "rolled": ("return tf.roll(tf.one_hot(labels, classes), 1, axis=1)", "décalé"),
            "zeros and ones exchanged": ("return 1 - tf.one_hot(labels, classes)", "échangés"),
            "numpy": ("return np.eye(classes, dtype='float32')[labels]", "NumPy"),
            "from -1 to 1": ("return 2 * tf.one_hot(labels, classes) - 1", "[-1, 1]"),
        },
    ),
    "label_channels": wrong_bodies(
        "label_channels",
        {
            "channels first": ("return codes[:, :, None, None] * tf.ones((1, 1, size, size))", "au dernier axe"),
            "one map": (
                "x = tf.cast(tf.argmax(codes, axis=1), tf.float32)\nreturn x[:, None, None, None] * tf.ones((1, size, size, 1))",
                "une seule carte",
            ),
            "not repeated": ("return codes[:, None, None, :]", "ne sont pas répétés"),
            "always 64": ("return codes[:, None, None, :] * tf.ones((1, 64, 64, 1))", "en dur"),
            "two channels": ("return codes[:, None, None, :2] * tf.ones((1, size, size, 1))", "canaux au lieu"),
            "mixed": (
                "return tf.reshape(tf.repeat(codes, size * size, axis=1), (-1, size, size, codes.shape[1]))",
                "mêlé les axes",
            ),
            "reversed": ("return codes[:, None, None, ::-1] * tf.ones((1, size, size, 1))", "à l'envers"),
            "one pixel": (
                "return tf.pad(codes[:, None, None, :], [[0, 0], [0, size - 1], [0, size - 1], [0, 0]])",
                "varient d'un pixel",
            ),
            "batch mixed": (
                "n, c = codes.shape\nreturn tf.reshape(tf.tile(codes, [size * size, 1]), (n, size, size, c))",
                "varient d'un pixel",
            ),
            "exchanged": ("return 1 - codes[:, None, None, :] * tf.ones((1, size, size, 1))", "échangés"),
            "halved": ("return 0.5 * codes[:, None, None, :] * tf.ones((1, size, size, 1))", "bonne valeur"),
            "bytes": ("return tf.cast(codes[:, None, None, :] * tf.ones((1, size, size, 1)), tf.int32)", "float32"),
        },
    ),
    "make_critic": wrong_bodies(
        "make_critic",
        {
            "labels unused": (
                changed(CRITIC, ("x = layers.Concatenate()([pictures, labels])", "x = pictures")),
                "n'entrent pas",
            ),
            "inputs exchanged": (
                changed(CRITIC, ("keras.Model([pictures, labels],", "keras.Model([labels, pictures],")),
                "échangées",
            ),
            "one input": (
                changed(
                    CRITIC,
                    ("x = layers.Concatenate()([pictures, labels])", "x = pictures"),
                    ("keras.Model([pictures, labels],", "keras.Model(pictures,"),
                ),
                "une seule entrée",
            ),
            "sigmoid": (
                changed(CRITIC, ("layers.Conv2D(1, 4)", 'layers.Conv2D(1, 4, activation="sigmoid")')),
                "sigmoïde",
            ),
            "tanh": (changed(CRITIC, ("layers.Conv2D(1, 4)", 'layers.Conv2D(1, 4, activation="tanh")')), "tanh"),
            "BatchNorm": (
                changed(
                    CRITIC, ('padding="same")(x)\n', 'padding="same")(x)\n    x = layers.BatchNormalization()(x)\n')
                ),
                "pas de BatchNormalization",
            ),
            "slope by default": (
                changed(CRITIC, ("layers.LeakyReLU(negative_slope=0.2)", "layers.LeakyReLU()")),
                "défaut de Keras",
            ),
            "noise": (
                changed(
                    CRITIC, ("[pictures, labels])\nwhile", "[layers.GaussianNoise(0.1)(pictures), labels])\nwhile")
                ),
                "pas de bruit",
            ),
            "ReLU": (changed(CRITIC, ("layers.LeakyReLU(negative_slope=0.2)", "layers.ReLU()")), "ReLU"),
            "no activation": (changed(CRITIC, ("    x = layers.LeakyReLU(negative_slope=0.2)(x)\n", "")), "manque"),
            "activation at the end": (
                changed(CRITIC, ("x = layers.Conv2D(1, 4)(x)", "x = layers.LeakyReLU(0.2)(layers.Conv2D(1, 4)(x))")),
                "suit la dernière",
            ),
            "kernel 3": (
                changed(CRITIC, ("(width, 4,", "(width, 3,"), ("(1, 4)", "(1, 3, padding='valid')")),
                "(n, 1)",
            ),
            "kernel 5": (changed(CRITIC, ("(width, 4,", "(width, 5,")), "paramètres"),
            "no bias": (
                changed(
                    CRITIC, ('padding="same")', 'padding="same", use_bias=False)'), ("(1, 4)", "(1, 4, use_bias=False)")
                ),
                "biais",
            ),
            "width not doubled": (changed(CRITIC, ("size // 2, 2 * width", "size // 2, width")), "doublent"),
            "always four": (changed(CRITIC, ("while size > 4:", "for _ in range(3):")), "(n, 1)"),
            "width written": (
                changed(CRITIC, ("x = layers.Concatenate", "width = 64\nx = layers.Concatenate")),
                "en dur",
            ),
            "average at the end": (
                changed(
                    CRITIC,
                    ("x = layers.Conv2D(1, 4)(x)", "x = layers.GlobalAveragePooling2D()(layers.Conv2D(1, 1)(x))"),
                ),
                "dernier noyau",
            ),
            "joined by the lines": (changed(CRITIC, ("Concatenate()", "Concatenate(axis=1)")), "dernier axe"),
            "no flatten": (changed(CRITIC, ("layers.Flatten()(x)", "x")), "(n, 1)"),
            "the same each time": (
                "global kept\nkept = globals().get('kept') or (lambda size, channels, classes, width: keras.Sequential([keras.Input((3,)), layers.Dense(2)]))(size, channels, classes, width)\nreturn kept",
                "même réseau",
            ),
            "centred on the batch": (
                changed(
                    CRITIC,
                    (
                        "x = layers.Conv2D(1, 4)(x)",
                        "x = layers.Conv2D(1, 4)(x)\nx = layers.Lambda(lambda y: y - tf.reduce_mean(y))(x)",
                    ),
                ),
                "centrées sur le lot",
            ),
        },
    ),
    "make_generator": wrong_bodies(
        "make_generator",
        {
            "labels unused": (
                changed(
                    GENERATOR, ("x = layers.Concatenate()([z, codes])", "x = z"), ("latent_dim + classes", "latent_dim")
                ),
                "n'entre pas dans G",
            ),
            "inputs exchanged": (changed(GENERATOR, ("keras.Model([z, codes]", "keras.Model([codes, z]")), "échangées"),
            "one input": (
                changed(
                    GENERATOR,
                    ("x = layers.Concatenate()([z, codes])", "x = z"),
                    ("latent_dim + classes", "latent_dim"),
                    ("keras.Model([z, codes]", "keras.Model(z"),
                ),
                "une seule entrée",
            ),
            "sigmoid": (changed(GENERATOR, ('"tanh"', '"sigmoid"')), "sigmoïde"),
            "unbounded": (changed(GENERATOR, (', activation="tanh"', "")), "n'est pas bornée"),
            "relu": (changed(GENERATOR, ('"tanh"', '"relu"')), "jamais négative"),
            "no BatchNorm": (
                changed(GENERATOR, ("    x = layers.BatchNormalization(momentum=0.9)(x)\n", "")),
                "BatchNormalization",
            ),
            "bias before it": (changed(GENERATOR, (", use_bias=False", "")), "use_bias=False"),
            "no bias at the end": (
                changed(
                    GENERATOR,
                    ('padding="same", activation="tanh"', 'padding="same", use_bias=False, activation="tanh"'),
                ),
                "garde son biais",
            ),
            "momentum of PyTorch": (changed(GENERATOR, ("momentum=0.9", "momentum=0.1")), "momentum = 0.1"),
            "momentum of 0.999": (changed(GENERATOR, ("momentum=0.9", "momentum=0.999")), "momentum = 0.999"),
            "large epsilon": (changed(GENERATOR, ("momentum=0.9", "momentum=0.9, epsilon=0.3")), "epsilon = 0.3"),
            "slope by default": (
                changed(GENERATOR, ("layers.LeakyReLU(negative_slope=0.2)", "layers.LeakyReLU()")),
                "défaut de Keras",
            ),
            "ReLU": (changed(GENERATOR, ("layers.LeakyReLU(negative_slope=0.2)", "layers.ReLU()")), "ReLU"),
            "no activation": (changed(GENERATOR, ("    x = layers.LeakyReLU(negative_slope=0.2)(x)\n", "")), "manque"),
            "activation before the norm": (
                changed(
                    GENERATOR,
                    (
                        "    x = layers.BatchNormalization(momentum=0.9)(x)\n    x = layers.LeakyReLU(negative_slope=0.2)(x)\n",
                        "    x = layers.LeakyReLU(negative_slope=0.2)(x)\n    x = layers.BatchNormalization(momentum=0.9)(x)\n",
                    ),
                ),
                "couches demandées",
            ),
            "kernel 5": (
                changed(GENERATOR, ("(filters, 4, strides", "(filters, 5 if step == 2 else 4, strides")),
                "paramètres",
            ),
            "width written": (
                changed(GENERATOR, ("filters, step, padding = width", "width = 16\nfilters, step, padding = width")),
                "en dur",
            ),
            "one number for the label": (
                changed(
                    GENERATOR, ("([z, codes])\nx", "([z, codes[:, :1]])\nx"), ("latent_dim + classes", "latent_dim + 1")
                ),
                "un seul nombre",
            ),
            "half the size": (
                changed(
                    GENERATOR,
                    ("while filters >= width:", "while filters > width:"),
                    ("layers.Conv2DTranspose(channels, 4, strides=2", "layers.Conv2DTranspose(channels, 4, strides=2"),
                ),
                "pixels de côté",
            ),
            "a norm at the end": (
                changed(
                    GENERATOR,
                    (', activation="tanh")(x)', ")(x)\nx = layers.Activation('tanh')(layers.BatchNormalization()(x))"),
                ),
                "tanh seule",
            ),
            "labels multiplied": (
                changed(
                    GENERATOR,
                    ("layers.Concatenate()([z, codes])", "layers.Concatenate()([z, layers.Rescaling(5.0)(codes)])"),
                ),
                "couches demandées",
            ),
        },
    ),
    "gradient_penalty": wrong_bodies(
        "gradient_penalty",
        {
            "labels missing": (
                gp(("[between, channels]", "[between, tf.zeros_like(channels)]")),
                "l'étiquette sert ici aussi",
            ),
            "labels of others": (
                gp(("[between, channels]", "[between, channels[::-1]]")),
                "l'étiquette sert ici aussi",
            ),
            "one input": (
                gp(("critic([between, channels], training=True)", "critic(between, training=True)")),
                "une liste de deux entrées",
            ),
            "normal epsilon": (gp(("tf.random.uniform(", "tf.random.normal(")), "et non normal"),
            "one epsilon": (gp(("(tf.shape(real)[0], 1, 1, 1)", "()")), "un par image"),
            "an epsilon a pixel": (gp(("(tf.shape(real)[0], 1, 1, 1)", "tf.shape(real)")), "d'un pixel à l'autre"),
            "one half": (gp(("tf.random.uniform((tf.shape(real)[0], 1, 1, 1))", "0.5")), "un par image"),
            "drawn once": (gp(("epsilon = tf.random", "tf.random.set_seed(0)\nepsilon = tf.random")), "à chaque appel"),
            "numpy": (
                gp(
                    (
                        "tf.random.uniform((tf.shape(real)[0], 1, 1, 1))",
                        "np.random.uniform(0, 2, (real.shape[0], 1, 1, 1)).astype('float32')",
                    )
                ),
                "uniforme",
            ),
            "at the real ones": (
                gp(("epsilon * real + (1 - epsilon) * fake", "tf.identity(real)")),
                "sur les vraies images",
            ),
            "at the fakes": (
                gp(("epsilon * real + (1 - epsilon) * fake", "tf.identity(fake)")),
                "sur les fausses images",
            ),
            "both signs": (
                gp(("epsilon * real + (1 - epsilon) * fake", "epsilon * real - (1 - epsilon) * fake")),
                "segment",
            ),
            "no root": (
                gp(
                    (
                        "tf.sqrt(tf.reduce_sum(slopes**2, axis=[1, 2, 3]) + 1e-12)",
                        "tf.reduce_sum(slopes**2, axis=[1, 2, 3])",
                    )
                ),
                "racine",
            ),
            "no small number": (gp((" + 1e-12", "")), "1e-12"),
            "tf.norm": (
                gp(
                    (
                        "tf.sqrt(tf.reduce_sum(slopes**2, axis=[1, 2, 3]) + 1e-12)",
                        "tf.norm(tf.reshape(slopes, (tf.shape(slopes)[0], -1)), axis=1)",
                    )
                ),
                "1e-12",
            ),
            "over the batch": (gp(("axis=[1, 2, 3]", "axis=[0, 1, 2, 3]")), "une par image"),
            "channels forgotten": (gp(("axis=[1, 2, 3]", "axis=[1, 2]")), "canaux"),
            "a sum": (gp(("tf.reduce_mean((norms", "tf.reduce_sum((norms")), "somme sur le lot"),
            "mean of squares": (gp(("tf.sqrt(tf.reduce_sum(", "tf.sqrt(tf.reduce_mean(")), "moyenne des carrés"),
            "no square": (gp(("(norms - 1) ** 2", "norms - 1")), "carré"),
            "absolute": (gp(("(norms - 1) ** 2", "tf.abs(norms - 1)")), "valeur absolue"),
            "no one": (gp(("(norms - 1) ** 2", "norms**2")), "on ôte 1"),
            "one after": (gp(("(norms - 1) ** 2", "norms**2 - 1")), "avant le carré"),
            "one-sided": (gp(("(norms - 1) ** 2", "tf.nn.relu(norms - 1) ** 2")), "ici, toutes"),
            "times ten": (gp(("return tf.reduce_mean", "return 10 * tf.reduce_mean")), "déjà multipliée"),
            "labels in the gradient": (
                gp(
                    (
                        "    tape.watch(between)",
                        "    channels = tf.identity(channels)\n    tape.watch([between, channels])",
                    ),
                    ("tape.gradient(scores, between)", "tf.concat(tape.gradient(scores, [between, channels]), axis=3)"),
                ),
                "par rapport à l'image seule",
            ),
            "a number": (
                gp(("return tf.reduce_mean((norms - 1) ** 2)", "return float(tf.reduce_mean((norms - 1) ** 2))")),
                "relié aux poids",
            ),
            "stopped": (
                gp(("tape.gradient(scores, between)", "tf.stop_gradient(tape.gradient(scores, between))")),
                "relié aux poids",
            ),
            "not watched": (gp(("    tape.watch(between)\n", "")), "tape.watch"),
            "inputs exchanged": (gp(("[between, channels]", "[channels, between]")), "sont échangées"),
        },
    ),
    "critic_step": wrong_bodies(
        "critic_step",
        {
            "labels drawn anew for the critic": (
                step(
                    (
                        "critic([fake, channels], training=True)",
                        "critic([fake, tf.random.shuffle(channels)], training=True)",
                    )
                ),
                "les faux avec d'autres étiquettes",
            ),
            "labels of the fakes drawn apart": (
                step(("codes], training=True)\n", "tf.random.shuffle(codes)], training=True)\n")),
                "tels quels",
            ),
            "no label for the fakes": (
                step(("critic([fake, channels]", "critic([fake, tf.zeros_like(channels)]")),
                "les faux avec d'autres étiquettes",
            ),
            "no label for the real ones": (
                step(("critic([real, channels]", "critic([real, tf.zeros_like(channels)]")),
                "les vrais avec d'autres étiquettes",
            ),
            "no label in the penalty": (
                step(("real, fake, channels)", "real, fake, tf.zeros_like(channels))")),
                "pénalité avec d'autres étiquettes",
            ),
            "channels reversed": (
                step(
                    (
                        "channels = label_channels(codes, real.shape[1])",
                        "channels = label_channels(codes, real.shape[1])[..., ::-1]",
                    )
                ),
                "avec d'autres étiquettes",
            ),
            "no penalty": (
                step(("    gp = gradient_penalty(critic, real, fake, channels)\n", "    gp = tf.constant(0.0)\n")),
                "appelez gradient_penalty",
            ),
            "penalty of the real ones": (
                step(("gradient_penalty(critic, real, fake,", "gradient_penalty(critic, real, real,")),
                "entre les vrais et les faux",
            ),
            "the middle": (
                own_penalty(("tf.random.uniform((tf.shape(real)[0], 1, 1, 1))", "0.5")),
                "même epsilon",
            ),
            "one epsilon": (own_penalty(("(tf.shape(real)[0], 1, 1, 1)", "()")), "même epsilon"),
            "normal epsilon": (own_penalty(("tf.random.uniform(", "tf.random.normal(")), "et non normal"),
            "no small number": (own_penalty((" + 1e-12", "")), "1e-12"),
            "inputs of the critic exchanged": (
                step(("critic([fake, channels]", "critic([channels, fake]")),
                "sont échangées",
            ),
            "penalty not added": (step(("loss = wass + gp_weight * gp", "loss = wass")), "la pénalité manque"),
            "weight forgotten": (step(("gp_weight * gp", "gp")), "multipliée par gp_weight"),
            "weight written": (step(("gp_weight * gp", "10 * gp")), "en dur"),
            "penalty subtracted": (step(("wass + gp_weight", "wass - gp_weight")), "elle s'ajoute"),
            "sign of the scores": (
                step(
                    (
                        "tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)",
                        "tf.reduce_mean(on_real) - tf.reduce_mean(on_fake)",
                    )
                ),
                "le signe est inversé",
            ),
            "absolute": (
                step(
                    (
                        "tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)",
                        "tf.abs(tf.reduce_mean(on_fake) - tf.reduce_mean(on_real))",
                    )
                ),
                "le signe est inversé",
            ),
            "real ones forgotten": (
                step(("tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)", "tf.reduce_mean(on_fake)")),
                "les vrais manquent",
            ),
            "sums": (
                step(
                    (
                        "tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)",
                        "tf.reduce_sum(on_fake) - tf.reduce_sum(on_real)",
                    )
                ),
                "somme sur le lot",
            ),
            "added": (
                step(
                    (
                        "tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)",
                        "tf.reduce_mean(on_fake) + tf.reduce_mean(on_real)",
                    )
                ),
                "leur différence",
            ),
            "not applied": (
                step(("optimizer.apply_gradients(zip(gradients, critic.trainable_variables))\n", "")),
                "n'a pas bougé",
            ),
            "outside the tape": (
                step(("    loss = wass + gp_weight * gp\n", "loss = wass + gp_weight * gp\n")),
                "ne dépend pas des poids",
            ),
            "G learns": (
                step(
                    (
                        "gradients = tape.gradient(loss, critic.trainable_variables)\noptimizer.apply_gradients(zip(gradients, critic.trainable_variables))",
                        "gradients = tape.gradient(loss, critic.trainable_variables)\noptimizer.apply_gradients(zip(gradients, critic.trainable_variables))\ngenerator.trainable_variables[0].assign_add(tf.ones_like(generator.trainable_variables[0]))",
                    )
                ),
                "G a bougé",
            ),
            "another optimizer": (step(("optimizer.apply", "keras.optimizers.SGD(0.1).apply")), "n'a pas servi"),
            "the critic left frozen": (
                step(("return loss,", "critic.trainable = False\nreturn loss,")),
                "le critique reste figé",
            ),
            "G frozen": (step(("return loss,", "generator.trainable = False\nreturn loss,")), "reste figé"),
            "a batch of 32": (step(("noise(tf.shape(real)[0])", "noise(32)")), "nombre de lignes"),
            "training=False for G": (
                step(("codes], training=True)\n", "codes], training=False)\n")),
                "sans training=True",
            ),
            "the static size": (step(("noise(tf.shape(real)[0])", "noise(real.shape[0])")), "d'avance"),
            "len": (step(("noise(tf.shape(real)[0])", "noise(len(real))")), "d'avance"),
            "constant noise": (
                step(("noise(tf.shape(real)[0])", "tf.ones((real.shape[0], latent_dim))")),
                "même bruit",
            ),
            "uniform noise": (
                step(("noise(tf.shape(real)[0])", "tf.random.uniform((real.shape[0], latent_dim))")),
                "loi normale",
            ),
            "NumPy's noise": (
                step(
                    (
                        "noise(tf.shape(real)[0])",
                        "tf.constant(np.random.normal(size=(real.shape[0], latent_dim)), tf.float32)",
                    )
                ),
                "d'avance",
            ),
            "one fake": (step(("noise(tf.shape(real)[0]), codes]", "noise(1), codes[:1]]")), "une erreur"),
            "label and noise stacked": (
                step(("[noise(tf.shape(real)[0]), codes]", "tf.concat([noise(tf.shape(real)[0]), codes], axis=1)")),
                "une liste de deux entrées",
            ),
            "no label for G": (
                step(("[noise(tf.shape(real)[0]), codes]", "[noise(tf.shape(real)[0]), tf.zeros_like(codes)]")),
                "tels quels",
            ),
            "loss alone": (step(("return loss, wass, gp", "return loss")), "trois nombres"),
            "returned in another order": (step(("return loss, wass, gp", "return loss, gp, wass")), "pas dans l'ordre"),
            "penalty returned weighted": (
                step(("return loss, wass, gp", "return loss, wass, gp_weight * gp")),
                "déjà multipliée",
            ),
            "distance returned": (step(("return loss, wass, gp", "return loss, -wass, gp")), "signe contraire"),
            "penalty of the batch backwards": (
                step(
                    (
                        "gradient_penalty(critic, real, fake, channels)",
                        "gradient_penalty(critic, real, fake, channels[::-1])",
                    )
                ),
                "pénalité avec d'autres étiquettes",
            ),
        },
    ),
    "generator_step": wrong_bodies(
        "generator_step",
        {
            "other labels for the critic": (
                g_step(("channels = label_channels(codes,", "channels = label_channels(tf.random.shuffle(codes),")),
                "d'autres étiquettes",
            ),
            "channels of zeros": (
                g_step(("[fake, channels]", "[fake, tf.zeros_like(channels)]")),
                "d'autres étiquettes",
            ),
            "classes exchanged": (
                g_step(("channels = label_channels(codes,", "channels = label_channels(codes[:, ::-1],")),
                "d'autres étiquettes",
            ),
            "labels shuffled": (g_step(("[z, codes]", "[z, tf.random.shuffle(codes)]")), "tels quels"),
            "sign": (g_step(("loss = -tf", "loss = tf")), "signe est inversé"),
            "sum": (g_step(("-tf.reduce_mean(", "-tf.reduce_sum(")), "somme sur le lot"),
            "cross-entropy": (
                g_step(
                    (
                        "-tf.reduce_mean(critic([fake, channels], training=True))",
                        "keras.losses.BinaryCrossentropy(from_logits=True)(tf.ones((len(fake), 1)), critic([fake, channels], training=True))",
                    )
                ),
                "entropie croisée",
            ),
            "the critic learns": (
                g_step(
                    ("generator.trainable_variables)\noptimizer", "critic.trainable_variables)\noptimizer"),
                    ("zip(gradients, generator.trainable_variables)", "zip(gradients, critic.trainable_variables)"),
                ),
                "autre réseau",
            ),
            "the critic moves too": (
                g_step(
                    (
                        "return loss",
                        "critic.trainable_variables[0].assign_add(tf.ones_like(critic.trainable_variables[0]))\nreturn loss",
                    )
                ),
                "le critique a bougé",
            ),
            "outside the tape": (
                g_step(
                    (
                        "with tf.GradientTape() as tape:\n    fake = generator([z, codes], training=True)",
                        "fake = generator([z, codes], training=True)\nwith tf.GradientTape() as tape:",
                    )
                ),
                "ne dépend pas des poids",
            ),
            "training=False": (
                g_step(("generator([z, codes], training=True)", "generator([z, codes], training=False)")),
                "sans training=True",
            ),
            "not applied": (
                g_step(("optimizer.apply_gradients(zip(gradients, generator.trainable_variables))\n", "")),
                "n'a pas bougé",
            ),
            "applied twice": (
                g_step(
                    (
                        "return loss",
                        "optimizer.apply_gradients(zip(gradients, generator.trainable_variables))\nreturn loss",
                    )
                ),
                "un seul par appel",
            ),
            "another optimizer": (g_step(("optimizer.apply", "keras.optimizers.Adam().apply")), "n'a pas servi"),
            "the critic frozen": (g_step(("return loss", "critic.trainable = False\nreturn loss")), "reste figé"),
            "a float": (g_step(("return loss", "return float(loss)")), "sans float()"),
            "the static size": (g_step(("noise(tf.shape(codes)[0])", "noise(codes.shape[0])")), "d'avance"),
            "len": (g_step(("noise(tf.shape(codes)[0])", "noise(len(codes))")), "d'avance"),
            "the same noise": (
                g_step(("noise(tf.shape(codes)[0])", "tf.ones((codes.shape[0], latent_dim))")),
                "même bruit",
            ),
            "noise of the graph": (
                g_step(
                    (
                        "noise(tf.shape(codes)[0])",
                        "tf.constant(np.random.normal(size=(codes.shape[0], latent_dim)), tf.float32)",
                    )
                ),
                "d'avance",
            ),
            "score returned": (g_step(("return loss", "return -loss")), "note moyenne"),
            "one picture": (
                g_step(
                    ("noise(tf.shape(codes)[0])", "noise(1)"),
                    ("[z, codes]", "[z, codes[:1]]"),
                    ("label_channels(codes,", "label_channels(codes[:1],"),
                ),
                "autant",
            ),
        },
    ),
    "CGAN": {
        "blank": (
            changed(CGAN, (INSIDE, "        images, labels = batch\n        # VOTRE CODE ICI\n        pass\n")),
            "encore vide",
        ),
        "todo": (
            changed(CGAN, (INSIDE, "        images, labels = batch\n        raise NotImplementedError\n")),
            "encore vide",
        ),
        "bytes": (cgan((" / 127.5 - 1", "")), "octets"),
        "from 0 to 1": (cgan((" / 127.5 - 1", " / 255")), "[0, 1]"),
        "not centred": (cgan((" / 127.5 - 1", " / 127.5")), "centrées"),
        "one critic step": (cgan(("range(self.critic_steps)", "range(1)")), "critic_steps n'est pas suivi"),
        "three always": (cgan(("range(self.critic_steps)", "range(3)")), "en dur"),
        "G in the loop": (
            cgan(("        g_loss = generator_step", "            g_loss = generator_step")),
            "après la boucle",
        ),
        "G before": (
            cgan(
                ("        g_loss = generator_step(self.generator, self.critic, self.g_optimizer, codes)\n", ""),
                (
                    "        for _ in",
                    "        g_loss = generator_step(self.generator, self.critic, self.g_optimizer, codes)\n        for _ in",
                ),
            ),
            "G passe avant",
        ),
        "G as often": (
            cgan(
                (
                    "        g_loss = generator_step",
                    "        for _ in range(self.critic_steps):\n            g_loss = generator_step",
                )
            ),
            "un seul, après",
        ),
        "G twice": (
            cgan(
                (
                    "        g_loss = generator_step",
                    "        generator_step(self.generator, self.critic, self.g_optimizer, codes)\n        g_loss = generator_step",
                )
            ),
            "G fait 2 pas",
        ),
        "the same fakes": (
            cgan(
                (
                    CRITIC_LOOP,
                    changed(
                        inlined("unused"),
                        (
                            "        for k in",
                            "        fake = self.generator([noise(n), codes], training=True)\n        for k in",
                        ),
                        ("            fake = self.generator([unused, codes], training=True)\n", ""),
                    ),
                )
            ),
            "les mêmes faux",
        ),
        "the same z": (
            cgan((CRITIC_LOOP, "\n        z = noise(tf.shape(real)[0])" + inlined("z"))),
            "même bruit",
        ),
        "the batch split": (
            cgan(
                ("for _ in range(", "m = tf.shape(real)[0] // self.critic_steps\n        for k in range("),
                ("real, codes, self", "real[k * m : (k + 1) * m], codes[k * m : (k + 1) * m], self"),
            ),
            "12 vraies images",
        ),
        "sums": (
            cgan(
                ("        for _ in", "        c_loss = c_wass = c_gp = 0.0\n        for _ in"),
                ("            c_loss, c_wass, c_gp = critic_step(", "            three = critic_step("),
                (
                    "        g_loss = gen",
                    "            c_loss, c_wass, c_gp = c_loss + three[0], c_wass + three[1], c_gp + three[2]\n        g_loss = gen",
                ),
            ),
            "des sommes",
        ),
        "no cast": (cgan(("tf.cast(images, tf.float32)", "images")), "tf.cast"),
        "bytes to the steps": (cgan(("tf.cast(images, tf.float32) / 127.5 - 1", "images")), "tf.cast"),
        "no G": (
            cgan(("generator_step(self.generator, self.critic, self.g_optimizer, codes)", "tf.constant(0.0)")),
            "il manque le pas de G",
        ),
        "optimizers exchanged": (
            cgan(
                ("self.critic, self.c_optimizer, real", "self.critic, self.g_optimizer, real"),
                ("self.critic, self.g_optimizer, codes", "self.critic, self.c_optimizer, codes"),
            ),
            "mêlés",
        ),
        "labels shuffled": (
            cgan(("codes = one_hot(labels, self.classes)", "codes = tf.random.shuffle(one_hot(labels, self.classes))")),
            "codages des étiquettes du lot",
        ),
        "labels reversed": (
            cgan(("codes = one_hot(labels, self.classes)", "codes = one_hot(labels, self.classes)[:, ::-1]")),
            "codages des étiquettes du lot",
        ),
        "other labels for G": (
            cgan(("self.g_optimizer, codes)", "self.g_optimizer, tf.roll(codes, 1, axis=0))")),
            "codages des étiquettes du lot",
        ),
        "half of the labels for G": (
            cgan(("self.g_optimizer, codes)", "self.g_optimizer, codes[: tf.shape(codes)[0] // 2])")),
            "codages des étiquettes du lot",
        ),
        "two classes": (cgan(("one_hot(labels, self.classes)", "one_hot(labels, 2)")), "une erreur"),
        "weight written": (cgan(("codes, self.gp_weight", "codes, 10.0")), "self.gp_weight"),
        "keys": (cgan(('"c_wass": c_wass', '"wass": c_wass')), "c_wass"),
        "keys exchanged": (cgan(('"c_wass": c_wass, "c_gp": c_gp', '"c_wass": c_gp, "c_gp": c_wass')), "bonnes clés"),
        "the critic left frozen": (
            cgan(('        return {"c_loss"', '        self.critic.trainable = False\n        return {"c_loss"')),
            "figé",
        ),
        "a tuple": (
            cgan(
                ('{"c_loss": c_loss, "c_wass": c_wass, "c_gp": c_gp, "g_loss": g_loss}', "c_loss, c_wass, c_gp, g_loss")
            ),
            "dictionnaire",
        ),
        "nothing returned": (cgan(("        return {", "        kept = {")), "dictionnaire"),
        "the first losses": (
            cgan(
                ("            c_loss, c_wass, c_gp = critic_step(", "            three = critic_step("),
                (
                    "        g_loss = gen",
                    "            c_loss, c_wass, c_gp = three if _ == 0 else (c_loss, c_wass, c_gp)\n        g_loss = gen",
                ),
            ),
            "premier pas",
        ),
        "the same noise": (
            cgan(
                (
                    "        for _ in range(self.critic_steps):",
                    "        kept = noise(tf.shape(real)[0])\n        global noise_of\n        for _ in range(self.critic_steps):\n            tf.random.set_seed(1)\n            keras.utils.set_random_seed(1)",
                )
            ),
            "même bruit",
        ),
    },
    "same_z": wrong_bodies(
        "same_z",
        {
            "z drawn anew": (
                changed(SAME_Z, ("generator([z, codes]", "generator([noise(len(z)), codes]")),
                "sans nouveau tirage",
            ),
            "z shuffled": (changed(SAME_Z, ("generator([z, codes]", "generator([tf.random.shuffle(z), codes]")), "z"),
            "two labels": (changed(SAME_Z, ("range(classes)", "range(2)")), "deux étiquettes"),
            "training": (changed(SAME_Z, ("training=False", "training=True")), "training=False"),
            "z first": (
                changed(
                    SAME_Z,
                    (
                        "return np.stack([generator([z, codes], training=False) for codes in asked])",
                        "return np.stack([generator([z, codes], training=False) for codes in asked], axis=1)",
                    ),
                ),
                "échangés",
            ),
            "concatenated": (changed(SAME_Z, ("np.stack(", "np.concatenate(")), "même axe"),
            "reversed": (changed(SAME_Z, ("range(classes)]", "reversed(range(classes))]")), "à l'envers"),
            "one label": (changed(SAME_Z, ("np.full(len(z), label,", "np.full(len(z), 0,")), "mêmes images"),
            "a tensor": (changed(SAME_Z, ("np.stack(", "tf.stack(")), "NumPy"),
            "a list": (changed(SAME_Z, ("np.stack(", "list(")), "c'est une liste"),
            "labels unused": (
                changed(SAME_Z, ("generator([z, codes]", "generator([z, tf.zeros_like(codes)]")),
                "mêmes images",
            ),
            "one argument": (
                changed(SAME_Z, ("generator([z, codes], training=False)", "generator(z, training=False)")),
                "une liste de deux entrées",
            ),
        },
    ),
    "change_ratio": wrong_bodies(
        "change_ratio",
        {
            "inverted": (
                changed(
                    RATIO,
                    (
                        "change[hair < 0.05].mean() / change[hair > 0.5].mean()",
                        "change[hair > 0.5].mean() / change[hair < 0.05].mean()",
                    ),
                ),
                "inversé",
            ),
            "signed": (changed(RATIO, ("np.abs(first - second)", "(first - second)")), "signe"),
            "absolute of the mean": (
                changed(
                    RATIO, ("np.abs(first - second).mean(axis=(0, 3))", "np.abs((first - second).mean(axis=(0, 3)))")
                ),
                "après la moyenne",
            ),
            "squares": (changed(RATIO, ("np.abs(first - second)", "((first - second) ** 2)")), "carré"),
            "wider": (
                changed(RATIO, ("hair < 0.05", "hair <= 0.05"), ("hair > 0.5", "hair >= 0.5")),
                "exactement",
            ),
            "wider inside": (changed(RATIO, ("hair > 0.5", "hair >= 0.5")), "exactement"),
            "outside is the rest": (changed(RATIO, ("hair < 0.05", "hair <= 0.5")), "tout ce qui n'est pas dedans"),
            "inside is the rest": (changed(RATIO, ("hair > 0.5", "hair >= 0.05")), "tout ce qui n'est pas dehors"),
            "sums": (changed(RATIO, ("0.05].mean()", "0.05].sum()"), ("0.5].mean()", "0.5].sum()")), "sommes"),
            "all": (changed(RATIO, ("change[hair > 0.5].mean()", "change.mean()")), "toute l'image"),
            "difference": (changed(RATIO, (".mean() / change", ".mean() - change")), "différence"),
            "outside alone": (changed(RATIO, (" / change[hair > 0.5].mean()", "")), "divisez-le"),
            "medians": (
                changed(
                    RATIO,
                    (
                        "change[hair < 0.05].mean() / change[hair > 0.5].mean()",
                        "np.median(change[hair < 0.05]) / np.median(change[hair > 0.5])",
                    ),
                ),
                "médianes",
            ),
            "a mean of ratios": (
                "d = np.abs(first - second).mean(axis=3)\nreturn np.mean([x[hair < 0.05].mean() / x[hair > 0.5].mean() for x in d])",
                "de chaque image",
            ),
            "in place": (
                "first -= second\nc = np.abs(first).mean(axis=(0, 3))\nreturn c[hair < 0.05].mean() / c[hair > 0.5].mean()",
                "sur place",
            ),
            "a map": ("return np.abs(first - second).mean(axis=(0, 3)) * (hair < 0.05)", "un seul nombre"),
            "weighted": (
                "c = np.abs(first - second).mean(axis=(0, 3))\nreturn (c * (1 - hair)).sum() / (1 - hair).sum() / ((c * hair).sum() / hair.sum())",
                "proportion",
            ),
        },
    ),
    "new_small_gan": wrong_bodies(
        "new_small_gan",
        {
            "64 pixels": ("return new_gan(64, 1, 10, width, steps)", "32 pixels"),
            "28 pixels": ("return new_gan(28, 1, 10, width, steps)", "32 pixels"),
            "in colours": ("return new_gan(32, 3, 10, width, steps)", "un canal"),
            "two classes": ("return new_gan(32, 1, 2, width, steps)", "dix étiquettes"),
            "nine classes": ("return new_gan(32, 1, 9, width, steps)", "dix étiquettes"),
            "width written": ("return new_gan(32, 1, 10, 16, steps)", "largeur"),
            "steps written": ("return new_gan(32, 1, 10, width, 800)", "steps = 7"),
            "arguments exchanged": ("return new_gan(32, 10, 1, width, steps)", "dix étiquettes"),
            "not compiled": (
                "return CGAN(make_critic(32, 1, 10, width), make_generator(32, 1, 10, width, latent_dim), 10)",
                "compilé",
            ),
            "the generator alone": ("return make_generator(32, 1, 10, width, latent_dim)", "CGAN"),
            "kept": (
                "global kept_gan\nkept_gan = globals().get('kept_gan') or new_gan(32, 1, 10, width, steps)\nreturn kept_gan",
                "même CGAN",
            ),
        },
    ),
}
