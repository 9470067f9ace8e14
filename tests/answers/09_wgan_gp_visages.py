"""TP 09: right and wrong answers."""

from answer_tables import changed, written

HEAD = {
    "critic_loss": "def critic_loss(on_real, on_fake):",
    "generator_loss": "def generator_loss(on_fake):",
    "lipschitz_ratio": "def lipschitz_ratio(critic, a, b):",
    "clip_weights": "def clip_weights(critic, bound=0.01):",
    "interpolate": "def interpolate(real, fake):",
    "gradient_penalty": "def gradient_penalty(critic, points):",
    "make_critic": "def make_critic(width, dropout):",
    "make_generator": "def make_generator(width, latent_dim):",
    "critic_step": "def critic_step(generator, critic, optimizer, real, gp_weight):",
    "generator_step": "def generator_step(generator, critic, optimizer, batch_size):",
}

body, bodies, wrong_bodies = written(HEAD)

RATIO = """
gap = tf.reshape(critic(a) - critic(b), [-1])
difference = tf.reshape(a - b, [len(a), -1])
return tf.abs(gap) / tf.norm(difference, axis=1)"""
CLIP = """
for variable in critic.trainable_variables:
    variable.assign(tf.clip_by_value(variable, -bound, bound))"""
BETWEEN = """
epsilon = tf.random.uniform([tf.shape(real)[0]] + [1] * (len(real.shape) - 1))
return epsilon * real + (1 - epsilon) * fake"""
PENALTY = """
with tf.GradientTape() as tape:
    tape.watch(points)
    scores = critic(points, training=True)
gradients = tape.gradient(scores, points)
squares = tf.reduce_sum(tf.square(gradients), axis=range(1, len(gradients.shape)))
return tf.reduce_mean((tf.sqrt(squares + 1e-12) - 1) ** 2)"""
CRITIC = """
network = keras.Sequential([keras.Input((64, 64, 3))])
for channels in (width, 2 * width, 4 * width, 8 * width):
    network.add(layers.Conv2D(channels, 4, strides=2, padding="same"))
    network.add(layers.LeakyReLU(0.2))
    network.add(layers.Dropout(dropout))
network.add(layers.Conv2D(1, 4, padding="valid"))
network.add(layers.Flatten())
return network"""
GENERATOR = """
network = keras.Sequential([keras.Input((latent_dim,)), layers.Reshape((1, 1, latent_dim))])
sizes = {"strides": 1, "padding": "valid"}
for channels in (8 * width, 4 * width, 2 * width, width):
    network.add(layers.Conv2DTranspose(channels, 4, use_bias=False, **sizes))
    network.add(layers.BatchNormalization(momentum=0.9))
    network.add(layers.LeakyReLU(0.2))
    sizes = {"strides": 2, "padding": "same"}
network.add(layers.Conv2DTranspose(3, 4, activation="tanh", **sizes))
return network"""
STEP = """
fake = generator(noise(tf.shape(real)[0]), training=True)
with tf.GradientTape() as tape:
    wasserstein = critic_loss(critic(real, training=True), critic(fake, training=True))
    penalty = gradient_penalty(critic, interpolate(real, fake))
    loss = wasserstein + gp_weight * penalty
gradients = tape.gradient(loss, critic.trainable_variables)
optimizer.apply_gradients(zip(gradients, critic.trainable_variables))
return loss, wasserstein, penalty"""
OWN_STEP = """
n = tf.shape(real)[0]
fake = generator(tf.random.normal((n, latent_dim)), training=True)
with tf.GradientTape() as tape:
    w = tf.reduce_mean(critic(fake, training=True)) - tf.reduce_mean(critic(real, training=True))
    e = tf.random.uniform((n, 1, 1, 1))
    x = real + e * (fake - real)
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = critic(x, training=True)
    g = tf.sqrt(tf.reduce_sum(inner.gradient(y, x) ** 2, axis=[1, 2, 3]) + 1e-12)
    p = tf.reduce_mean((g - 1) ** 2)
    loss = w + p * gp_weight
optimizer.apply_gradients(zip(tape.gradient(loss, critic.trainable_variables), critic.trainable_variables))
return loss, w, p"""
G_STEP = """
with tf.GradientTape() as tape:
    fake = generator(noise(batch_size), training=True)
    loss = generator_loss(critic(fake, training=True))
gradients = tape.gradient(loss, generator.trainable_variables)
optimizer.apply_gradients(zip(gradients, generator.trainable_variables))
return loss"""
CLASS = """
class WGANGP(keras.Model):
    def __init__(self, generator, critic, critic_steps=3, gp_weight=10.0):
        super().__init__()
        self.generator, self.critic = generator, critic
        self.critic_steps, self.gp_weight = critic_steps, gp_weight

    def compile(self, c_optimizer, g_optimizer):
        super().compile(jit_compile=False)
        self.c_optimizer, self.g_optimizer = c_optimizer, g_optimizer
        self.c_loss, self.c_wass, self.c_gp, self.g_loss = (
            keras.metrics.Mean(name=name) for name in ("c_loss", "c_wass", "c_gp", "g_loss")
        )

    @property
    def metrics(self):
        return [self.c_loss, self.c_wass, self.c_gp, self.g_loss]

    def train_step(self, real):
"""
TRAIN = """
for _ in range(self.critic_steps):
    loss, wasserstein, penalty = critic_step(self.generator, self.critic, self.c_optimizer, real, self.gp_weight)
g_loss = generator_step(self.generator, self.critic, self.g_optimizer, tf.shape(real)[0])
for metric, value in zip(self.metrics, (loss, wasserstein, penalty, g_loss)):
    metric.update_state(value)
return {metric.name: metric.result() for metric in self.metrics}"""

INLINED = """
n = tf.shape(real)[0]
for _ in range(self.critic_steps):
    fake = self.generator(noise(n), training=True)
    with tf.GradientTape() as tape:
        w = critic_loss(self.critic(real, training=True), self.critic(fake, training=True))
        p = gradient_penalty(self.critic, interpolate(real, fake))
        c = w + self.gp_weight * p
    self.c_optimizer.apply_gradients(zip(tape.gradient(c, self.critic.trainable_variables), self.critic.trainable_variables))
with tf.GradientTape() as tape:
    g = generator_loss(self.critic(self.generator(noise(n), training=True), training=True))
self.g_optimizer.apply_gradients(zip(tape.gradient(g, self.generator.trainable_variables), self.generator.trainable_variables))
for metric, value in zip(self.metrics, (c, w, p, g)):
    metric.update_state(value)
return {m.name: m.result() for m in self.metrics}"""


def trained(text):
    """The class, with this body of train_step."""
    return CLASS + "\n".join("        " + line for line in text.strip("\n").split("\n")) + "\n"


RIGHT = {
    "critic_loss": {
        **bodies(
            "critic_loss",
            {
                "keras": "return keras.ops.mean(on_fake) - keras.ops.mean(on_real)",
                "one mean": "return tf.reduce_mean(on_fake - on_real)",
                "labels": """
ones = tf.ones_like(on_real)
return tf.reduce_mean(-ones * on_real) + tf.reduce_mean(-(-ones) * on_fake)""",
                "sums": "n = tf.cast(tf.shape(on_real)[0], tf.float32)\nreturn (tf.reduce_sum(on_fake) - tf.reduce_sum(on_real)) / n",
                "traced": "return -(tf.math.reduce_mean(on_real) - tf.math.reduce_mean(on_fake))",
            },
        ),
        "lambda": "critic_loss = lambda r, f: tf.reduce_mean(f) - tf.reduce_mean(r)",
        "a tf.function": "@tf.function\ndef critic_loss(on_real, on_fake):\n    return tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)",
    },
    "generator_loss": {
        **bodies(
            "generator_loss",
            {
                "keras": "return -keras.ops.mean(on_fake)",
                "labels": "return tf.reduce_mean(-1 * on_fake)",
                "mean of opposites": "return tf.math.reduce_mean(tf.negative(on_fake))",
                "sum": "return -tf.reduce_sum(on_fake) / tf.cast(tf.size(on_fake), tf.float32)",
            },
        ),
        "lambda": "generator_loss = lambda f: -tf.reduce_mean(f)",
    },
    "lipschitz_ratio": {
        **bodies(
            "lipschitz_ratio",
            {
                "numpy": """
a, b = np.asarray(a), np.asarray(b)
gap = np.abs(np.asarray(critic(a) - critic(b))).ravel()
return gap / np.linalg.norm((a - b).reshape(len(a), -1), axis=1)""",
                "column first": """
way = tf.sqrt(tf.reduce_sum(tf.square(a - b), axis=list(range(1, len(a.shape)))))
return tf.abs(critic(a) - critic(b))[:, 0] / way""",
                "squeeze": "return tf.squeeze(tf.abs(critic(a) - critic(b)), 1) / tf.norm(layers.Flatten()(a - b), axis=1)",
                "one by one": """
out = []
for i in range(len(a)):
    gap = critic(a[i:i + 1]) - critic(b[i:i + 1])
    out.append(float(tf.abs(gap[0, 0]) / tf.norm(a[i] - b[i])))
return out""",
                "keras": """
flat = keras.ops.reshape(a - b, (len(a), -1))
return keras.ops.abs(keras.ops.ravel(critic(a) - critic(b))) / keras.ops.norm(flat, axis=-1)""",
                "keepdims then ravel": """
flat = tf.reshape(a - b, [len(a), -1])
return tf.reshape(tf.abs(critic(a) - critic(b)) / tf.norm(flat, axis=1, keepdims=True), [-1])""",
            },
        )
    },
    "clip_weights": {
        **bodies(
            "clip_weights",
            {
                "by hand": """
for w in critic.trainable_variables:
    w.assign(tf.maximum(tf.minimum(w, bound), -bound))""",
                "weights at once": "critic.set_weights([np.clip(w, -bound, bound) for w in critic.get_weights()])",
                "keras": "for w in critic.trainable_weights:\n    w.assign(keras.ops.clip(w, -bound, bound))",
                "numpy": "for w in critic.trainable_variables:\n    w.assign(np.clip(w.numpy(), -bound, bound))",
                "layer by layer": """
for layer in critic.layers:
    for w in layer.trainable_weights:
        w.assign(tf.clip_by_value(w, -bound, bound))""",
                "kernels, then biases": """
for layer in critic.layers:
    if hasattr(layer, "kernel"):
        layer.kernel.assign(tf.clip_by_value(layer.kernel, -bound, bound))
        layer.bias.assign(tf.clip_by_value(layer.bias, -bound, bound))""",
                "returns": CLIP + "\nreturn critic",
            },
        )
    },
    "interpolate": {
        **bodies(
            "interpolate",
            {
                "the other way": BETWEEN.replace(
                    "epsilon * real + (1 - epsilon) * fake", "real + epsilon * (fake - real)"
                ),
                "keras": """
n, rank = tf.shape(real)[0], len(real.shape)
e = keras.random.uniform((n,) + (1,) * (rank - 1))
return e * real + (1 - e) * fake""",
                "reshape": """
n = tf.shape(real)[0]
e = tf.reshape(tf.random.uniform((n,)), [n] + [1] * (len(real.shape) - 1))
return e * fake + (1 - e) * real""",
                "multiplied": """
e = tf.random.uniform((tf.shape(real)[0],) + (1,) * (real.shape.rank - 1), 0.0, 1.0)
return tf.multiply(e, real) + tf.multiply(1.0 - e, fake)""",
                "two cases": """
n = tf.shape(real)[0]
e = tf.random.uniform((n, 1, 1, 1)) if len(real.shape) == 4 else tf.random.uniform((n, 1))
return fake + e * (real - fake)""",
            },
        )
    },
    "gradient_penalty": {
        **bodies(
            "gradient_penalty",
            {
                "flattened": PENALTY.replace(
                    "squares = tf.reduce_sum(tf.square(gradients), axis=range(1, len(gradients.shape)))",
                    "squares = tf.reduce_sum(tf.reshape(gradients, (tf.shape(points)[0], -1)) ** 2, axis=-1)",
                ),
                "maximum": PENALTY.replace("tf.sqrt(squares + 1e-12)", "tf.sqrt(tf.maximum(squares, 1e-12))"),
                "another epsilon": PENALTY.replace("1e-12", "1e-8"),
                "keras": """
with tf.GradientTape() as tape:
    tape.watch(points)
    y = keras.ops.sum(critic(points))
g = tape.gradient(y, points)
g = keras.ops.reshape(g, (tf.shape(points)[0], -1))
return keras.ops.mean((keras.ops.sqrt(keras.ops.sum(g * g, axis=1) + 1e-10) - 1.0) ** 2)""",
                "expanded square": PENALTY.replace(
                    "return tf.reduce_mean((tf.sqrt(squares + 1e-12) - 1) ** 2)",
                    "return tf.reduce_mean(squares - 2 * tf.sqrt(squares + 1e-12) + 1)",
                ),
                "tf.gradients-like": """
with tf.GradientTape(watch_accessed_variables=False) as t:
    t.watch(points)
    out = critic(points, training=False)
(g,) = t.gradient(out, [points])
axes = list(range(1, g.shape.rank))
return tf.reduce_mean(tf.square(1 - tf.sqrt(1e-12 + tf.reduce_sum(g ** 2, axis=axes))))""",
                "a copy": """
x = tf.identity(points)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = critic(x)
g = tape.gradient(y, [x])[0]
s = tf.reduce_sum(tf.reshape(g, (tf.shape(g)[0], -1)) ** 2, axis=1)
return tf.reduce_mean((tf.sqrt(s + 1e-12) - 1) ** 2)""",
            },
        )
    },
    "make_critic": {
        **bodies(
            "make_critic",
            {
                "built at its first call": CRITIC.replace("[keras.Input((64, 64, 3))]", "[]"),
                "dense": changed(
                    CRITIC,
                    (
                        'network.add(layers.Conv2D(1, 4, padding="valid"))\nnetwork.add(layers.Flatten())',
                        "network.add(layers.Flatten())\nnetwork.add(layers.Dense(1))",
                    ),
                ),
                "functional": """
x = inputs = keras.Input((64, 64, 3))
for k in range(4):
    x = layers.Conv2D(width * 2 ** k, (4, 4), (2, 2), "same")(x)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    x = layers.Dropout(dropout)(x)
return keras.Model(inputs, layers.Flatten()(layers.Conv2D(1, 4)(x)))""",
                "activation inside": CRITIC.replace(
                    ', strides=2, padding="same"))\n    network.add(layers.LeakyReLU(0.2))',
                    ', strides=2, padding="same", activation=layers.LeakyReLU(0.2)))',
                ),
                "reshape": CRITIC.replace("layers.Flatten()", "layers.Reshape((1,))"),
                "dropout, then its activation": CRITIC.replace(
                    "    network.add(layers.LeakyReLU(0.2))\n    network.add(layers.Dropout(dropout))",
                    "    network.add(layers.Dropout(dropout))\n    network.add(layers.LeakyReLU(0.2))",
                ),
                "no layer for nothing": CRITIC.replace(
                    "    network.add(layers.Dropout(dropout))",
                    "    if dropout:\n        network.add(layers.Dropout(dropout))",
                ),
                "dense, its last dropout flat": changed(
                    CRITIC,
                    (
                        "    network.add(layers.Dropout(dropout))",
                        "    if channels == 8 * width:\n        network.add(layers.Flatten())\n    network.add(layers.Dropout(dropout))",
                    ),
                    (
                        'network.add(layers.Conv2D(1, 4, padding="valid"))\nnetwork.add(layers.Flatten())',
                        "network.add(layers.Dense(1))",
                    ),
                ),
                "built later": CRITIC.replace(
                    "keras.Sequential([keras.Input((64, 64, 3))])", "keras.Sequential()"
                ).replace("return network", "network.build((None, 64, 64, 3))\nreturn network"),
                "a stack": """
stack = []
for channels in [width, width * 2, width * 4, width * 8]:
    stack += [layers.Conv2D(channels, 4, 2, "same"), layers.LeakyReLU(0.2), layers.Dropout(dropout)]
return keras.Sequential([layers.Input((64, 64, 3)), *stack, layers.Conv2D(1, 4), layers.Flatten()])""",
            },
        ),
        "a class": """
class Critic(keras.Model):
    def __init__(self, w, p):
        super().__init__()
        self.convs = [layers.Conv2D(c, 4, 2, "same") for c in (w, 2 * w, 4 * w, 8 * w)]
        self.drop = layers.Dropout(p)
        self.end = layers.Conv2D(1, 4)
    def call(self, x, training=None):
        for conv in self.convs:
            x = self.drop(tf.nn.leaky_relu(conv(x), 0.2), training=training)
        return tf.reshape(self.end(x), (-1, 1))
def make_critic(width, dropout):
    network = Critic(width, dropout)
    network(tf.zeros((1, 64, 64, 3)))
    return network
""",
    },
    "make_generator": {
        **bodies(
            "make_generator",
            {
                "dense": changed(
                    GENERATOR,
                    (
                        "layers.Reshape((1, 1, latent_dim))])",
                        "layers.Dense(128 * width, use_bias=False), layers.Reshape((4, 4, 8 * width)), layers.BatchNormalization(), layers.LeakyReLU(0.2)])",
                    ),
                    ("(8 * width, 4 * width,", "(4 * width,"),
                    ('sizes = {"strides": 1, "padding": "valid"}\n', 'sizes = {"strides": 2, "padding": "same"}\n'),
                ),
                "functional": """
inputs = keras.Input((latent_dim,))
x = layers.Reshape((1, 1, latent_dim))(inputs)
x = layers.Conv2DTranspose(8 * width, 4, use_bias=False)(x)
x = layers.LeakyReLU(0.2)(layers.BatchNormalization()(x))
for c in (4, 2, 1):
    x = layers.Conv2DTranspose(c * width, 4, 2, "same", use_bias=False)(x)
    x = layers.LeakyReLU(0.2)(layers.BatchNormalization()(x))
return keras.Model(inputs, layers.Conv2DTranspose(3, 4, 2, "same", activation="tanh")(x))""",
                "tanh apart": GENERATOR.replace(', activation="tanh"', "").replace(
                    "\nreturn network", '\nnetwork.add(layers.Activation("tanh"))\nreturn network'
                ),
                "another momentum": GENERATOR.replace("momentum=0.9", "momentum=0.8, epsilon=1e-5"),
                "strides of four": GENERATOR.replace(
                    'sizes = {"strides": 1, "padding": "valid"}', 'sizes = {"strides": 4, "padding": "same"}'
                ),
            },
        )
    },
    "critic_step": {
        **bodies(
            "critic_step",
            {
                "inside the tape": """
with tf.GradientTape() as tape:
    fake = generator(noise(tf.shape(real)[0]), training=True)
    w = critic_loss(critic(real, training=True), critic(fake, training=True))
    p = gradient_penalty(critic, interpolate(real, fake))
    loss = w + gp_weight * p
optimizer.apply(tape.gradient(loss, critic.trainable_variables), critic.trainable_variables)
return loss, w, p""",
                "one call": """
n = tf.shape(real)[0]
fake = tf.stop_gradient(generator(noise(n), training=True))
with tf.GradientTape() as tape:
    scores = critic(tf.concat([real, fake], axis=0), training=True)
    w = critic_loss(scores[:n], scores[n:])
    p = gradient_penalty(critic, interpolate(real, fake))
    loss = w + gp_weight * p
grads = tape.gradient(loss, critic.trainable_weights)
optimizer.apply_gradients(zip(grads, critic.trainable_weights))
return [loss, w, p]""",
                "its own losses": OWN_STEP,
                "its own losses, the penalty's training unsaid": OWN_STEP.replace(
                    "critic(x, training=True)", "critic(x)"
                ),
                "fake and real exchanged in the interpolates": STEP.replace(
                    "interpolate(real, fake)", "interpolate(fake, real)"
                ),
                "a persistent tape": STEP.replace("GradientTape()", "GradientTape(persistent=True)"),
                "fakes of the penalty apart": STEP.replace(
                    "interpolate(real, fake)", "interpolate(real, generator(noise(tf.shape(real)[0]), training=True))"
                ),
            },
        ),
        "a tf.function": "@tf.function\ndef critic_step(generator, critic, optimizer, real, gp_weight):\n"
        + "\n".join("    " + line for line in STEP.strip().split("\n"))
        + "\n",
    },
    "generator_step": {
        **bodies(
            "generator_step",
            {
                "apply": G_STEP.replace(
                    "apply_gradients(zip(gradients, generator.trainable_variables))",
                    "apply(gradients, generator.trainable_variables)",
                ),
                "its own loss": G_STEP.replace(
                    "generator_loss(critic(fake, training=True))", "-tf.reduce_mean(critic(fake, training=True))"
                ),
                "noise first": """
z = tf.random.normal((batch_size, latent_dim))
with tf.GradientTape() as tape:
    loss = generator_loss(critic(generator(z, training=True), training=True))
optimizer.apply_gradients(zip(tape.gradient(loss, generator.trainable_weights), generator.trainable_weights))
return loss""",
                "the critic frozen, then freed": G_STEP.replace("with tf", "critic.trainable = False\nwith tf").replace(
                    "return loss", "critic.trainable = True\nreturn loss"
                ),
                "a keras draw": G_STEP.replace("noise(batch_size)", "keras.random.normal((batch_size, latent_dim))"),
            },
        )
    },
    "WGANGP": {
        "metrics one by one": trained(
            """
for i in range(self.critic_steps):
    c, w, p = critic_step(self.generator, self.critic, self.c_optimizer, real, self.gp_weight)
g = generator_step(self.generator, self.critic, self.g_optimizer, tf.shape(real)[0])
self.c_loss.update_state(c)
self.c_wass.update_state(w)
self.c_gp.update_state(p)
self.g_loss.update_state(g)
return {m.name: m.result() for m in self.metrics}"""
        ),
        "the last step measured in the loop": trained(
            """
for k in range(self.critic_steps):
    values = critic_step(self.generator, self.critic, self.c_optimizer, real, self.gp_weight)
    if k == self.critic_steps - 1:
        for metric, value in zip(self.metrics, values):
            metric.update_state(value)
g_loss = generator_step(self.generator, self.critic, self.g_optimizer, tf.shape(real)[0])
self.g_loss.update_state(g_loss)
return self.get_metrics_result()"""
        ),
        "called as metrics": trained(TRAIN.replace("    metric.update_state(value)", "    metric(value)")),
        "inlined": trained(INLINED),
        "all the fakes at once": trained(
            changed(
                INLINED,
                (
                    "for _ in range(self.critic_steps):\n    fake = self.generator(noise(n), training=True)\n",
                    "fakes = self.generator(noise(self.critic_steps * n), training=True)\n"
                    "for k in range(self.critic_steps):\n    fake = fakes[k * n : (k + 1) * n]\n",
                ),
            )
        ),
        "fakes of the penalty apart": trained(
            changed(INLINED, ("interpolate(real, fake)", "interpolate(real, self.generator(noise(n), training=True))"))
        ),
        "the critic frozen in turn": trained(
            "self.critic.trainable = True\n"
            + TRAIN.strip().replace("g_loss = gen", "self.critic.trainable = False\ng_loss = gen")
        ),
    },
}

G_TAPE = "    fake = generator(noise(batch_size), training=True)\n"
C_CALL = "loss, wasserstein, penalty = critic_step(self.generator, self.critic, self.c_optimizer, real, self.gp_weight)"
G_CALL = "g_loss = generator_step(self.generator, self.critic, self.g_optimizer, tf.shape(real)[0])\n"

WRONG = {
    "critic_loss": wrong_bodies(
        "critic_loss",
        {
            "sign": ("return tf.reduce_mean(on_real) - tf.reduce_mean(on_fake)", "signe est inversé"),
            "both labels 1": ("return -tf.reduce_mean(on_real) - tf.reduce_mean(on_fake)", "fausses est -1"),
            "both labels -1": ("return tf.reduce_mean(on_real) + tf.reduce_mean(on_fake)", "vraies est 1"),
            "half": ("return (tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)) / 2", "moitié"),
            "only fakes": ("return tf.reduce_mean(on_fake)", "manque les vraies"),
            "only real": ("return -tf.reduce_mean(on_real)", "manque les fausses"),
            "absolute": ("return tf.abs(tf.reduce_mean(on_fake) - tf.reduce_mean(on_real))", "valeur absolue"),
            "sum": ("return tf.reduce_sum(on_fake) - tf.reduce_sum(on_real)", "somme au lieu d'une moyenne"),
            "sigmoid": (
                "return tf.reduce_mean(tf.sigmoid(on_fake)) - tf.reduce_mean(tf.sigmoid(on_real))",
                "sigmoïde",
            ),
            "cross entropy": (
                "return tf.reduce_mean(tf.nn.softplus(-on_real)) + tf.reduce_mean(tf.nn.softplus(on_fake))",
                "entropie croisée",
            ),
            "not reduced": ("return on_fake - on_real", "un seul nombre"),
            "numpy": ("return np.mean(on_fake) - np.mean(on_real)", "restez en TensorFlow"),
            "float": ("return float(tf.reduce_mean(on_fake) - tf.reduce_mean(on_real))", "restez en TensorFlow"),
            "squares": ("return tf.reduce_mean(on_fake ** 2) - tf.reduce_mean(on_real ** 2)", "ni de carré"),
            "double": ("return 2 * (tf.reduce_mean(on_fake) - tf.reduce_mean(on_real))", "double"),
        },
    ),
    "generator_loss": wrong_bodies(
        "generator_loss",
        {
            "sign": ("return tf.reduce_mean(on_fake)", "signe est inversé"),
            "sum": ("return -tf.reduce_sum(on_fake)", "somme"),
            "sigmoid": ("return -tf.reduce_mean(tf.sigmoid(on_fake))", "sigmoïde"),
            "cross entropy": ("return tf.reduce_mean(tf.nn.softplus(-on_fake))", "entropie croisée"),
            "not reduced": ("return -on_fake", "un seul nombre"),
            "absolute": ("return tf.abs(tf.reduce_mean(on_fake))", "valeur absolue"),
            "one minus": ("return 1 - tf.reduce_mean(on_fake)", "1 moins"),
            "float": ("return -float(tf.reduce_mean(on_fake))", "restez en TensorFlow"),
            "half": ("return -tf.reduce_mean(on_fake) / 2", "moitié"),
        },
    ),
    "lipschitz_ratio": wrong_bodies(
        "lipschitz_ratio",
        {
            "mean absolute": (
                RATIO.replace("tf.norm(difference, axis=1)", "tf.reduce_mean(tf.abs(difference), axis=1)"),
                "moyenne de valeurs absolues",
            ),
            "sum absolute": (RATIO.replace("axis=1)", "ord=1, axis=1)"), "somme de valeurs absolues"),
            "largest": (RATIO.replace("axis=1)", "ord=np.inf, axis=1)"), "plus grand écart"),
            "squared": (RATIO.replace("tf.norm(difference, axis=1)", "tf.norm(difference, axis=1) ** 2"), "racine"),
            "mean of squares": (
                RATIO.replace("tf.norm(difference, axis=1)", "tf.sqrt(tf.reduce_mean(difference ** 2, axis=1))"),
                "non d'une moyenne",
            ),
            "no absolute": (RATIO.replace("tf.abs(gap)", "gap"), "négatif"),
            "inverse": (
                RATIO.replace("tf.abs(gap) / tf.norm(difference, axis=1)", "tf.norm(difference, axis=1) / tf.abs(gap)"),
                "inversé",
            ),
            "whole batch": (RATIO.replace("tf.norm(difference, axis=1)", "tf.norm(difference)"), "tout le lot"),
            "n by n": (RATIO.replace("tf.reshape(critic(a) - critic(b), [-1])", "critic(a) - critic(b)"), "×"),
            "a column": (RATIO.replace("axis=1)", "axis=1, keepdims=True)").replace("[-1])", "[-1, 1])"), "aplatissez"),
            "the largest one": (RATIO.replace("return ", "return tf.reduce_max(") + ")", "un seul nombre"),
            "not divided": (RATIO.replace(" / tf.norm(difference, axis=1)", ""), "pas divisé"),
            "rows only": (
                RATIO.replace("difference = tf.reshape(a - b, [len(a), -1])", "difference = a - b"),
                "sur des images",
            ),
        },
    ),
    "clip_weights": {
        **wrong_bodies(
            "clip_weights",
            {
                "nothing returned": ("forgotten = 1", "assign"),
                "not assigned": (
                    CLIP.replace(
                        "variable.assign(tf.clip_by_value(variable, -bound, bound))",
                        "variable = tf.clip_by_value(variable, -bound, bound)",
                    ),
                    "assign",
                ),
                "returned": (
                    "return [tf.clip_by_value(v, -bound, bound) for v in critic.trainable_variables]",
                    "assign",
                ),
                "biases left": (
                    CLIP.replace("    variable.assign", "    if len(variable.shape) > 1:\n        variable.assign"),
                    "biais",
                ),
                "kernels only": (
                    """
for layer in critic.layers:
    if hasattr(layer, "kernel"):
        layer.kernel.assign(tf.clip_by_value(layer.kernel, -bound, bound))""",
                    "biais",
                ),
                "every variable": (CLIP.replace("trainable_variables", "variables"), "trainable_variables"),
                "every variable, by numpy": (
                    "for v in critic.variables:\n    v.assign(np.clip(v.numpy(), -bound, bound))",
                    "trainable_variables",
                ),
                "biases only": (
                    CLIP.replace("    variable.assign", "    if len(variable.shape) == 1:\n        variable.assign"),
                    "seuls les biais",
                ),
                "first only": (
                    "v = critic.trainable_variables[0]\nv.assign(tf.clip_by_value(v, -bound, bound))",
                    "première",
                ),
                "all but the last": (
                    CLIP.replace("trainable_variables:", "trainable_variables[:-1]:"),
                    "restent hors de",
                ),
                "from zero": (CLIP.replace("-bound,", "0.0,"), "non 0"),
                "bound ignored": (CLIP.replace("-bound, bound", "-0.01, 0.01"), "argument"),
                "a norm": (
                    CLIP.replace("tf.clip_by_value(variable, -bound, bound)", "tf.clip_by_norm(variable, bound)"),
                    "un à un",
                ),
                "signs": (
                    CLIP.replace("tf.clip_by_value(variable, -bound, bound)", "bound * tf.sign(variable)"),
                    "±bound",
                ),
                "zeros": (
                    CLIP.replace(
                        "tf.clip_by_value(variable, -bound, bound)", "tf.where(tf.abs(variable) > bound, 0.0, variable)"
                    ),
                    "deviennent nuls",
                ),
                "above only": (
                    CLIP.replace("tf.clip_by_value(variable, -bound, bound)", "tf.minimum(variable, bound)"),
                    "trop négatifs",
                ),
                "scaled": (
                    CLIP.replace("tf.clip_by_value(variable, -bound, bound)", "bound * tf.tanh(variable / bound)"),
                    "un à un",
                ),
            },
        )
    },
    "interpolate": wrong_bodies(
        "interpolate",
        {
            "normal": (BETWEEN.replace("uniform", "normal"), "normal"),
            "one for the batch": (
                BETWEEN.replace("[tf.shape(real)[0]] + [1] * (len(real.shape) - 1)", "()"),
                "même epsilon",
            ),
            "one a pixel": (
                BETWEEN.replace("[tf.shape(real)[0]] + [1] * (len(real.shape) - 1)", "tf.shape(real)"),
                "un seul nombre par image",
            ),
            "one a channel": (
                BETWEEN.replace(
                    "[tf.shape(real)[0]] + [1] * (len(real.shape) - 1)",
                    "[tf.shape(real)[0]] + [1] * (len(real.shape) - 2) + [real.shape[-1]]",
                ),
                "un seul nombre par image",
            ),
            "normal a pixel": (
                BETWEEN.replace("uniform", "normal").replace(
                    "[tf.shape(real)[0]] + [1] * (len(real.shape) - 1)", "tf.shape(real)"
                ),
                "loi normale",
            ),
            "half": ("return (real + fake) / 2", "mêmes points"),
            "from -1": (BETWEEN.replace("(len(real.shape) - 1))", "(len(real.shape) - 1), -1.0, 1.0)"), "entre 0 et 1"),
            "not a segment": (BETWEEN.replace("(1 - epsilon) * fake", "fake"), "segments"),
            "two draws": (
                BETWEEN.replace("(1 - epsilon) * fake", "(1 - tf.random.uniform(tf.shape(epsilon))) * fake"),
                "segments",
            ),
            "squared": (BETWEEN.replace("return", "epsilon = epsilon ** 3\nreturn"), "loi uniforme"),
            "below a half": (BETWEEN.replace("return", "epsilon = epsilon / 2\nreturn"), "loi uniforme"),
            "fakes": ("return fake + 0 * tf.random.uniform(())", "mêmes points"),
            "seeded": (
                BETWEEN.replace("tf.random.uniform(", "tf.random.stateless_uniform(seed=(1, 2), shape="),
                "mêmes points",
            ),
            "numpy's draw": (
                "e = tf.constant(np.random.uniform(size=[5000] + [1] * (len(real.shape) - 1)), tf.float32)\n"
                "e = e[: tf.shape(real)[0]]\nreturn e * real + (1 - e) * fake",
                "np.random n'y tire qu'une fois",
            ),
            "numpy's draw of a static size": (
                "e = np.random.uniform(size=(real.shape[0],) + (1,) * (len(real.shape) - 1)).astype('float32')\n"
                "return e * real + (1 - e) * fake",
                "d'avance",
            ),
            "the static size": (BETWEEN.replace("tf.shape(real)[0]", "real.shape[0]"), "d'avance"),
            "plus epsilon": (BETWEEN.replace("(1 - epsilon)", "(1 + epsilon)"), "segments"),
            "the length of a batch": (BETWEEN.replace("tf.shape(real)[0]", "len(real)"), "et non len(x)"),
            "pictures only": (
                "e = tf.random.uniform((tf.shape(real)[0], 1, 1, 1))\nreturn e * real + (1 - e) * fake",
                "la forme (4000, 2)",
            ),
        },
    ),
    "gradient_penalty": wrong_bodies(
        "gradient_penalty",
        {
            "not watched": (PENALTY.replace("    tape.watch(points)\n", ""), "tape.watch"),
            "no root": (PENALTY.replace("tf.sqrt(squares + 1e-12)", "squares"), "racine carrée"),
            "no minus one": (PENALTY.replace(" - 1)", ")"), "- 1"),
            "absolute": (
                PENALTY.replace(
                    "tf.reduce_mean((tf.sqrt(squares + 1e-12) - 1) ** 2)",
                    "tf.reduce_mean(tf.abs(tf.sqrt(squares + 1e-12) - 1))",
                ),
                "valeur absolue",
            ),
            "no square": (PENALTY.replace(" ** 2)", ")"), "carré"),
            "mean too soon": (
                PENALTY.replace(
                    "tf.reduce_mean((tf.sqrt(squares + 1e-12) - 1) ** 2)",
                    "(tf.reduce_mean(tf.sqrt(squares + 1e-12)) - 1) ** 2",
                ),
                "trop tôt",
            ),
            "sum": (PENALTY.replace("return tf.reduce_mean", "return tf.reduce_sum"), "moyenne"),
            "no epsilon": (PENALTY.replace(" + 1e-12", ""), "NaN"),
            "epsilon after the root": (PENALTY.replace("tf.sqrt(squares + 1e-12)", "tf.sqrt(squares) + 1e-12"), "NaN"),
            "tf.norm": (
                PENALTY.replace(
                    "tf.sqrt(squares + 1e-12)", "tf.norm(tf.reshape(gradients, (len(points), -1)), axis=1)"
                ),
                "NaN",
            ),
            "one side": (
                PENALTY.replace("(tf.sqrt(squares + 1e-12) - 1) ** 2", "tf.nn.relu(tf.sqrt(squares + 1e-12) - 1) ** 2"),
                "deux sens",
            ),
            "rows": (PENALTY.replace("axis=range(1, len(gradients.shape))", "axis=1"), "partie de l'image"),
            "whole batch": (PENALTY.replace(", axis=range(1, len(gradients.shape))", ""), "tout le lot"),
            "over the batch": (PENALTY.replace("axis=range(1, len(gradients.shape))", "axis=0"), "axis=0"),
            "mean of squares": (
                PENALTY.replace("squares = tf.reduce_sum", "squares = tf.reduce_mean"),
                "moyenne de carrés",
            ),
            "sum of absolutes": (
                PENALTY.replace("tf.square(gradients)", "tf.abs(gradients)").replace(
                    "tf.sqrt(squares + 1e-12)", "squares"
                ),
                "valeurs absolues",
            ),
            "the length of a batch": (
                PENALTY.replace(
                    "tf.reduce_mean((tf.sqrt(squares + 1e-12) - 1) ** 2)",
                    "tf.reduce_sum((tf.sqrt(squares + 1e-12) - 1) ** 2) / len(points)",
                ),
                "et non len(x)",
            ),
            "the static size": (
                PENALTY.replace(
                    "tf.reduce_sum(tf.square(gradients), axis=range(1, len(gradients.shape)))",
                    "tf.reduce_sum(tf.reshape(gradients, (points.shape[0], -1)) ** 2, axis=1)",
                ),
                "d'avance",
            ),
            "a new variable": (
                PENALTY.replace("with tf", "points = tf.Variable(points)\nwith tf", 1),
                "une erreur l'arrête",
            ),
            "with lambda": (PENALTY.replace("return ", "return 10 * "), "lambda"),
            "of the weights": (
                """
with tf.GradientTape() as tape:
    scores = tf.reduce_sum(critic(points))
parts = tape.gradient(scores, critic.trainable_variables)
norm = tf.sqrt(tf.add_n([tf.reduce_sum(g ** 2) for g in parts]) + 1e-12)
return (norm - 1) ** 2""",
                "poids du critique",
            ),
            "of the mean": (
                PENALTY.replace("scores = critic(points, training=True)", "scores = tf.reduce_mean(critic(points))"),
                "n fois trop petit",
            ),
            "of the scores": ("return tf.reduce_mean((critic(points) - 1) ** 2)", "porte sur leur gradient"),
            "outside the block": (
                PENALTY.replace("    scores = critic", "scores = critic"),
                "hors du bloc",
            ),
            "numpy": (
                PENALTY.replace(
                    "gradients = tape.gradient(scores, points)", "gradients = tape.gradient(scores, points).numpy()"
                ),
                "poids du critique",
            ),
            "a float": (PENALTY.replace("return ", "return float(") + ")", "poids du critique"),
            "stopped": (
                PENALTY.replace(
                    "gradients = tape.gradient(scores, points)",
                    "gradients = tf.stop_gradient(tape.gradient(scores, points))",
                ),
                "poids du critique",
            ),
            "elementwise": (
                "with tf.GradientTape() as t:\n    t.watch(points)\n    y = critic(points)\nreturn tf.reduce_mean((t.gradient(y, points) - 1) ** 2)",
                "chaque nombre",
            ),
        },
    ),
    "make_critic": wrong_bodies(
        "make_critic",
        {
            "batch norm": (
                CRITIC.replace(
                    "    network.add(layers.LeakyReLU(0.2))",
                    "    network.add(layers.BatchNormalization())\n    network.add(layers.LeakyReLU(0.2))",
                ),
                "BatchNormalization",
            ),
            "sigmoid": (CRITIC.replace('padding="valid"', 'padding="valid", activation="sigmoid"'), "sigmoïde"),
            "tanh": (CRITIC.replace('padding="valid"', 'padding="valid", activation="tanh"'), "tanh"),
            "relu at the end": (CRITIC.replace('padding="valid"', 'padding="valid", activation="relu"'), "ReLU"),
            "slope of Keras": (CRITIC.replace("LeakyReLU(0.2)", "LeakyReLU()"), "0,3"),
            "relu": (CRITIC.replace("LeakyReLU(0.2)", "ReLU()"), "ReLU"),
            "no activation": (CRITIC.replace("    network.add(layers.LeakyReLU(0.2))\n", ""), "pas d'activation"),
            "no bias": (
                CRITIC.replace('padding="same"', 'padding="same", use_bias=False').replace(
                    'padding="valid"', 'padding="valid", use_bias=False'
                ),
                "biais",
            ),
            "kernel of 3": (CRITIC.replace("channels, 4", "channels, 3"), "noyaux"),
            "kernel of 5": (CRITIC.replace("channels, 4", "channels, 5"), "noyaux"),
            "same width": (CRITIC.replace("(width, 2 * width, 4 * width, 8 * width)", "4 * (width,)"), "canaux"),
            "width written": (
                CRITIC.replace("(width, 2 * width, 4 * width, 8 * width)", "(16, 32, 64, 128)"),
                "canaux",
            ),
            "stride 1": (CRITIC.replace("strides=2", "strides=1"), "tailles"),
            "no flatten": (CRITIC.replace("network.add(layers.Flatten())\n", ""), "Flatten"),
            "dropout forgotten": (
                CRITIC.replace("    network.add(layers.Dropout(dropout))\n", ""),
                "rien n'est effacé",
            ),
            "dropout written": (CRITIC.replace("Dropout(dropout)", "Dropout(0.3)"), "dropout"),
            "dropout complemented": (CRITIC.replace("Dropout(dropout)", "Dropout(1 - dropout)"), "tel quel"),
            "dropout at the end": (
                CRITIC.replace("layers.Flatten())", "layers.Flatten())\nnetwork.add(layers.Dropout(dropout))"),
                "notes sont effacées",
            ),
            "no dropout after the first": (
                CRITIC.replace(
                    "    network.add(layers.Dropout(dropout))",
                    "    if channels > width:\n        network.add(layers.Dropout(dropout))",
                ),
                "3 fois",
            ),
            "one dropout, before the last convolution": (
                changed(
                    CRITIC,
                    ("    network.add(layers.Dropout(dropout))", "pass"),
                    (
                        "network.add(layers.Conv2D(1",
                        "network.add(layers.Dropout(dropout))\nnetwork.add(layers.Conv2D(1",
                    ),
                ),
                "1 fois",
            ),
            "dropout on the input": (
                changed(
                    CRITIC,
                    ("    network.add(layers.Dropout(dropout))\n", ""),
                    (
                        "    network.add(layers.Conv2D(channels",
                        "    network.add(layers.Dropout(dropout))\n    network.add(layers.Conv2D(channels",
                    ),
                ),
                "à sa place",
            ),
            "dropout of maps": (CRITIC.replace("layers.Dropout(", "layers.SpatialDropout2D("), "cartes entières"),
            "dropout always": (
                """
class Always(layers.Dropout):
    def call(self, x, training=None):
        return super().call(x, training=True)
"""
                + CRITIC.replace("layers.Dropout(", "Always("),
                "avec training=False",
            ),
            "dropout reversed": (CRITIC.replace("Dropout(dropout)", "Dropout(min(1 - dropout, 0.9))"), "dropout"),
            "not returned": (CRITIC.replace("\nreturn network", ""), "return"),
            "softmax": (
                CRITIC.replace(
                    "network.add(layers.Flatten())", "network.add(layers.Flatten())\nnetwork.add(layers.Softmax())"
                ),
                "softmax",
            ),
            "a list": ("return [layers.Conv2D(width, 4)]", "réseau Keras"),
        },
    ),
    "make_generator": wrong_bodies(
        "make_generator",
        {
            "frozen": (
                GENERATOR.replace(
                    "return network",
                    "for layer in network.layers:\n    if 'batch' in layer.name:\n        layer.trainable = False\nreturn network",
                ),
                "ne figez pas",
            ),
            "dropout": (
                GENERATOR.replace("    sizes =", "    network.add(layers.Dropout(0.3))\n    sizes ="),
                "pas de Dropout",
            ),
            "sigmoid": (GENERATOR.replace('"tanh"', '"sigmoid"'), "sigmoïde"),
            "no end": (GENERATOR.replace(', activation="tanh"', ""), "tangente hyperbolique"),
            "relu at the end": (GENERATOR.replace('"tanh"', '"relu"'), "ReLU"),
            "with biases": (GENERATOR.replace(", use_bias=False", ""), "use_bias=False"),
            "no normalisation": (
                GENERATOR.replace("    network.add(layers.BatchNormalization(momentum=0.9))\n", ""),
                "0 BatchNormalization",
            ),
            "normalised end": (
                GENERATOR.replace("\nreturn network", "\nnetwork.add(layers.BatchNormalization())\nreturn network"),
                "aucune",
            ),
            "momentum of PyTorch": (GENERATOR.replace("momentum=0.9", "momentum=0.1"), "momentum = 0.1"),
            "momentum of 0.999": (GENERATOR.replace("momentum=0.9", "momentum=0.999"), "momentum = 0.999"),
            "large epsilon": (GENERATOR.replace("momentum=0.9", "momentum=0.9, epsilon=0.3"), "epsilon = 0.3"),
            "slope of Keras": (GENERATOR.replace("LeakyReLU(0.2)", "LeakyReLU()"), "0,3"),
            "relu": (GENERATOR.replace("LeakyReLU(0.2)", "ReLU()"), "ReLU"),
            "activation first": (
                GENERATOR.replace(
                    "    network.add(layers.BatchNormalization(momentum=0.9))\n    network.add(layers.LeakyReLU(0.2))",
                    "    network.add(layers.LeakyReLU(0.2))\n    network.add(layers.BatchNormalization(momentum=0.9))",
                ),
                "après la normalisation",
            ),
            "kernel of 5": (GENERATOR.replace("channels, 4", "channels, 5"), ""),
            "grey": (GENERATOR.replace("Conv2DTranspose(3, 4", "Conv2DTranspose(1, 4"), "(64, 64, 3)"),
            "width written": (
                GENERATOR.replace("(8 * width, 4 * width, 2 * width, width)", "(128, 64, 32, 16)"),
                "canaux",
            ),
            "one block less": (
                GENERATOR.replace("(8 * width, 4 * width, 2 * width, width)", "(8 * width, 4 * width, 2 * width)"),
                "tailles",
            ),
            "no reshape": (GENERATOR.replace(", layers.Reshape((1, 1, latent_dim))", ""), "une erreur l'arrête"),
            "not returned": (GENERATOR.replace("\nreturn network", ""), "return"),
            "two tanh": (
                GENERATOR.replace("\nreturn network", '\nnetwork.add(layers.Activation("tanh"))\nreturn network'),
                "une seule",
            ),
        },
    ),
    "critic_step": wrong_bodies(
        "critic_step",
        {
            "penalty on real": (STEP.replace("interpolate(real, fake)", "real"), "vraies images seules"),
            "penalty on fakes": (STEP.replace("interpolate(real, fake)", "fake"), "fausses images seules"),
            "penalty on noise": (
                STEP.replace("interpolate(real, fake)", "tf.random.uniform(tf.shape(real))"),
                "entre les vraies",
            ),
            "no penalty": (
                STEP.replace(
                    "    penalty = gradient_penalty(critic, interpolate(real, fake))\n", "    penalty = 0.0\n"
                ),
                "jamais calculée",
            ),
            "penalty not added": (
                STEP.replace("wasserstein + gp_weight * penalty", "wasserstein"),
                "n'est pas dans la perte",
            ),
            "penalty after the tape": (
                STEP.replace(
                    "    penalty = gradient_penalty(critic, interpolate(real, fake))\n    loss = wasserstein + gp_weight * penalty\n",
                    "    loss = wasserstein\npenalty = gradient_penalty(critic, interpolate(real, fake))\n",
                ),
                "n'est pas dans la perte",
            ),
            "weight forgotten": (STEP.replace("gp_weight * penalty", "penalty"), "gp_weight est oublié"),
            "weight ignored": (STEP.replace("gp_weight * penalty", "10.0 * penalty"), "gp_weight est ignoré"),
            "weight on all": (
                STEP.replace("wasserstein + gp_weight * penalty", "gp_weight * (wasserstein + penalty)"),
                "toute la perte",
            ),
            "penalty subtracted": (STEP.replace("wasserstein + gp", "wasserstein - gp"), "retranchée"),
            "scores exchanged": (
                STEP.replace(
                    "critic_loss(critic(real, training=True), critic(fake, training=True))",
                    "critic_loss(critic(fake, training=True), critic(real, training=True))",
                ),
                "mauvais signe",
            ),
            "sign": (
                STEP.replace("loss = wasserstein + gp_weight * penalty", "loss = -(wasserstein + gp_weight * penalty)"),
                "à l'opposé",
            ),
            "G trained": (
                STEP.replace(
                    "return loss,",
                    "optimizer.apply_gradients(zip(gradients[:4], generator.trainable_variables))\nreturn loss,",
                ).replace(
                    "gradients = tape.gradient(loss, critic.trainable_variables)\n",
                    "gradients = tape.gradient(loss, critic.trainable_variables)\n",
                ),
                "G a été modifié",
            ),
            "everything trained": (
                """
with tf.GradientTape() as tape:
    fake = generator(noise(tf.shape(real)[0]), training=True)
    wasserstein = critic_loss(critic(real, training=True), critic(fake, training=True))
    penalty = gradient_penalty(critic, interpolate(real, fake))
    loss = wasserstein + gp_weight * penalty
variables = critic.trainable_variables + generator.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
return loss, wasserstein, penalty""",
                "G a été modifié",
            ),
            "evaluation mode": (
                STEP.replace("critic(real, training=True), critic(fake, training=True)", "critic(real), critic(fake)"),
                "training=True",
            ),
            "fakes in evaluation mode": (
                STEP.replace("[0]), training=True)", "[0]), training=False)"),
                "G fabrique les fausses images sans training=True",
            ),
            "fakes in the mode by default": (
                STEP.replace("[0]), training=True)", "[0]))"),
                "G fabrique les fausses images sans training=True",
            ),
            "the middle": (STEP.replace("interpolate(real, fake)", "(real + fake) / 2"), "même epsilon"),
            "one epsilon for the batch": (OWN_STEP.replace("(n, 1, 1, 1)", "()"), "même epsilon"),
            "normal epsilon": (
                OWN_STEP.replace("tf.random.uniform((n, 1, 1, 1))", "tf.random.normal((n, 1, 1, 1))"),
                "et non normal",
            ),
            "small epsilon": (
                OWN_STEP.replace("(n, 1, 1, 1)", "(n, 1, 1, 1), 0.0, 0.1"),
                "loi uniforme",
            ),
            "no small number": (OWN_STEP.replace(" + 1e-12", ""), "NaN"),
            "another optimizer": (STEP.replace("optimizer.apply", "keras.optimizers.Adam().apply"), "n'a pas servi"),
            "the static size": (STEP.replace("tf.shape(real)[0]", "real.shape[0]"), "d'avance"),
            "not applied": (
                STEP.replace("optimizer.apply_gradients(zip(gradients, critic.trainable_variables))\n", ""),
                "n'a pas bougé",
            ),
            "twice": (
                STEP.replace(
                    "return loss,",
                    "optimizer.apply_gradients(zip(gradients, critic.trainable_variables))\nreturn loss,",
                ),
                "un seul par appel",
            ),
            "uniform noise": (
                STEP.replace("noise(tf.shape(real)[0])", "tf.random.uniform((len(real), latent_dim))"),
                "loi normale",
            ),
            "same noise": (
                STEP.replace(
                    "noise(tf.shape(real)[0])", "tf.random.stateless_normal((len(real), latent_dim), seed=(1, 2))"
                ),
                "se répète",
            ),
            "too few fakes": (STEP.replace("noise(tf.shape(real)[0])", "noise(8)"), "autant de fausses"),
            "numpy's noise": (
                STEP.replace(
                    "noise(tf.shape(real)[0])",
                    "tf.constant(np.random.normal(size=(99, latent_dim)), tf.float32)[: tf.shape(real)[0]]",
                ),
                "np.random n'y tire qu'une fois",
            ),
            "the length of a batch": (STEP.replace("tf.shape(real)[0]", "len(real)"), "et non len(x)"),
            "numpy values": (STEP.replace("return loss,", "return loss.numpy(),"), "sans numpy()"),
            "three steps": (
                STEP.replace(
                    "optimizer.apply",
                    "for _ in range(2):\n    optimizer.apply_gradients(zip(gradients, critic.trainable_variables))\noptimizer.apply",
                ),
                "3 pas",
            ),
            "loss alone": (STEP.replace("return loss, wasserstein, penalty", "return loss"), "trois nombres"),
            "order": (
                STEP.replace("return loss, wasserstein, penalty", "return loss, penalty, wasserstein"),
                "dans l'ordre",
            ),
            "weighted penalty returned": (
                STEP.replace("return loss, wasserstein, penalty", "return loss, wasserstein, gp_weight * penalty"),
                "sans le facteur",
            ),
            "G left frozen": (STEP.replace("return loss", "generator.trainable = False\nreturn loss"), "G reste figé"),
            "no real": (STEP.replace("critic(real, training=True)", "critic(fake, training=True)"), "vraies images"),
            "interpolates of pairs of real": (
                STEP.replace("interpolate(real, fake)", "interpolate(real, tf.reverse(real, [0]))"),
                "de ce pas",
            ),
        },
    ),
    "generator_step": wrong_bodies(
        "generator_step",
        {
            "sign": (G_STEP.replace("generator_loss(", "-generator_loss("), "signe est inversé"),
            "critic trained": (
                G_STEP.replace("gradients = tape", "variables = critic.trainable_variables\ngradients = tape").replace(
                    "generator.trainable_variables", "variables"
                ),
                "critique a été modifié",
            ),
            "both trained": (
                G_STEP.replace(
                    "gradients = tape",
                    "variables = generator.trainable_variables + critic.trainable_variables\ngradients = tape",
                )
                .replace("tape.gradient(loss, generator.trainable_variables)", "tape.gradient(loss, variables)")
                .replace("zip(gradients, generator.trainable_variables)", "zip(gradients, variables)"),
                "critique a été modifié",
            ),
            "outside the tape": (
                G_STEP.replace(
                    "with tf.GradientTape() as tape:\n" + G_TAPE,
                    "fake = generator(noise(batch_size), training=True)\nwith tf.GradientTape() as tape:\n",
                ),
                "",
            ),
            "stopped": (
                G_STEP.replace("critic(fake, training=True)", "critic(tf.stop_gradient(fake), training=True)"),
                "",
            ),
            "evaluation mode": (
                G_STEP.replace("generator(noise(batch_size), training=True)", "generator(noise(batch_size))"),
                "training=True",
            ),
            "critic in evaluation mode": (
                G_STEP.replace("critic(fake, training=True)", "critic(fake, training=False)"),
                "le critique note sans training=True",
            ),
            "critic in the mode by default": (
                G_STEP.replace("critic(fake, training=True)", "critic(fake)"),
                "le critique note sans training=True",
            ),
            "another optimizer": (G_STEP.replace("optimizer.apply", "keras.optimizers.Adam().apply"), "n'a pas servi"),
            "sum": (
                G_STEP.replace(
                    "generator_loss(critic(fake, training=True))", "-tf.reduce_sum(critic(fake, training=True))"
                ),
                "somme",
            ),
            "uniform noise": (
                G_STEP.replace("noise(batch_size)", "tf.random.uniform((batch_size, latent_dim))"),
                "loi normale",
            ),
            "same noise": (G_STEP.replace("noise(batch_size)", "tf.repeat(noise(1), batch_size, axis=0)"), "se répète"),
            "numpy's noise": (
                G_STEP.replace(
                    "noise(batch_size)", "np.random.normal(size=(batch_size, latent_dim)).astype('float32')"
                ),
                "np.random n'y tire qu'une fois",
            ),
            "a number": (G_STEP.replace("return loss", "return loss.numpy()"), "sans numpy()"),
            "batch size ignored": (G_STEP.replace("noise(batch_size)", "noise(32)"), "l'argument batch_size"),
            "critic left frozen": (
                G_STEP.replace("return loss", "critic.trainable = False\nreturn loss"),
                "le critique reste figé",
            ),
            "not applied": (
                G_STEP.replace("optimizer.apply_gradients(zip(gradients, generator.trainable_variables))\n", ""),
                "n'a pas bougé",
            ),
            "other sign returned": (G_STEP.replace("return loss", "return -loss"), "perte renvoyée"),
        },
    ),
    "WGANGP": {
        label: (trained(text), words)
        for label, (text, words) in {
            "blank": ("pass", "encore vide"),
            "todo": ("raise NotImplementedError", "encore vide"),
            "one critic step": (changed(TRAIN, ("for _ in range(self.critic_steps):\n    ", "")), "qu'un pas"),
            "always three": (changed(TRAIN, ("range(self.critic_steps)", "range(3)")), "a fait 3 pas"),
            "always five": (changed(TRAIN, ("range(self.critic_steps)", "range(5)")), "a fait 5 pas"),
            "return in the loop": (
                changed(TRAIN, (G_CALL, "    " + G_CALL))
                .replace("\nfor metric", "\n    for metric")
                .replace("\n    metric.", "\n        metric.")
                .replace("\nreturn", "\n    return"),
                "un return l'arrête",
            ),
            "the range of TensorFlow": (
                changed(TRAIN, ("for _ in range(", "loss = wasserstein = penalty = 0.0\nfor _ in tf.range(")),
                "celle de Python",
            ),
            "one too many": (
                changed(TRAIN, ("range(self.critic_steps)", "range(self.critic_steps + 1)")),
                "pas pour critic_steps",
            ),
            "one too few": (
                changed(TRAIN, ("range(self.critic_steps)", "range(1, self.critic_steps)")),
                "pas pour critic_steps",
            ),
            "G each time": (changed(TRAIN, (G_CALL, "    " + G_CALL)), "à chaque pas du critique"),
            "G first": (
                changed(TRAIN, (G_CALL, ""), ("for _ in range", G_CALL + "for _ in range")),
                "avant le critique",
            ),
            "no G": (changed(TRAIN, (G_CALL, "g_loss = 0.0\n")), "G n'apprend jamais"),
            "no critic": (
                "g_loss = generator_step(self.generator, self.critic, self.g_optimizer, tf.shape(real)[0])\nreturn {'g_loss': g_loss}",
                "le critique n'apprend jamais",
            ),
            "optimizers exchanged": (
                changed(
                    TRAIN, ("self.c_optimizer", "self.x_optimizer"), ("self.g_optimizer", "self.c_optimizer")
                ).replace("self.x_optimizer", "self.g_optimizer"),
                "va avec le critique",
            ),
            "critic left frozen": (
                changed(TRAIN, ("for metric, value", "self.critic.trainable = False\nfor metric, value")),
                "figé",
            ),
            "critic left frozen, silently": (
                changed(
                    INLINED,
                    (
                        "apply_gradients(zip(tape.gradient(c, self.critic.trainable_variables), self.critic.trainable_variables))",
                        "apply(tape.gradient(c, self.critic.trainable_variables), self.critic.trainable_variables)",
                    ),
                    ("for metric, value", "self.critic.trainable = False\nfor metric, value"),
                ),
                "n'apprend plus",
            ),
            "one optimizer": (changed(TRAIN, ("self.g_optimizer", "self.c_optimizer")), "va avec le critique"),
            "weight ignored": (changed(TRAIN, ("self.gp_weight", "10.0")), "self.gp_weight * c_gp"),
            "plain numbers": (
                changed(
                    TRAIN,
                    (
                        "return {metric.name: metric.result() for metric in self.metrics}",
                        'return {"c_loss": loss, "c_wass": wasserstein, "c_gp": penalty, "g_loss": g_loss}',
                    ),
                ),
                "depuis le début de l'époque",
            ),
            "every step measured": (
                changed(
                    TRAIN,
                    (
                        C_CALL,
                        C_CALL
                        + "\n    for m, v in zip(self.metrics, (loss, wasserstein, penalty)):\n        m.update_state(v)",
                    ),
                    (
                        "for metric, value in zip(self.metrics, (loss, wasserstein, penalty, g_loss)):\n    metric.update_state(value)",
                        "self.g_loss.update_state(g_loss)",
                    ),
                ),
                "moyenne sur les pas",
            ),
            "the first step measured": (
                changed(
                    TRAIN,
                    (
                        "for _ in range(self.critic_steps):\n    " + C_CALL,
                        C_CALL
                        + "\nfor _ in range(self.critic_steps - 1):\n    critic_step(self.generator, self.critic, self.c_optimizer, real, self.gp_weight)",
                    ),
                ),
                "premier pas",
            ),
            "penalty weighted": (
                changed(TRAIN, ("wasserstein, penalty, g_loss)", "wasserstein, self.gp_weight * penalty, g_loss)")),
                "déjà multipliée",
            ),
            "penalty not measured": (
                changed(
                    TRAIN,
                    (
                        "    metric.update_state(value)",
                        "    if metric.name != 'c_gp':\n        metric.update_state(value)",
                    ),
                ),
                "c_gp vaut 0",
            ),
            "no penalty": (
                INLINED.replace("gradient_penalty(self.critic, interpolate(real, fake))", "tf.constant(0.1)"),
                "n'a pas de pénalité",
            ),
            "metrics not updated": (changed(TRAIN, ("    metric.update_state(value)", "    pass")), "mise à jour"),
            "g_loss forgotten": (
                changed(TRAIN, ("(loss, wasserstein, penalty, g_loss)", "(loss, wasserstein, penalty)")),
                "g_loss",
            ),
            "order of the metrics": (
                changed(TRAIN, ("(loss, wasserstein, penalty, g_loss)", "(g_loss, loss, wasserstein, penalty)")),
                "g_loss contient la valeur de c_gp",
            ),
            "nothing returned": (
                changed(TRAIN, ("return {metric.name: metric.result() for metric in self.metrics}", "forgotten = 1")),
                "dictionnaire",
            ),
            "a list": (
                changed(
                    TRAIN,
                    (
                        "return {metric.name: metric.result() for metric in self.metrics}",
                        "return [m.result() for m in self.metrics]",
                    ),
                ),
                "dictionnaire",
            ),
            "two metrics": (
                changed(TRAIN, ("for metric in self.metrics}", "for metric in self.metrics[:2]}")),
                "il manque c_gp",
            ),
            "other names": (
                changed(
                    TRAIN,
                    (
                        "return {metric.name: metric.result() for metric in self.metrics}",
                        'return {"loss": loss, "g": g_loss}',
                    ),
                ),
                "il manque",
            ),
            "batch size written": (changed(TRAIN, ("tf.shape(real)[0]", "16")), "autant"),
            "numpy's noise": (
                INLINED.replace("noise(n)", "tf.constant(np.random.normal(size=(99, latent_dim)), tf.float32)[:n]"),
                "np.random n'y tire qu'une fois",
            ),
            "the static size": (changed(TRAIN, ("tf.shape(real)[0]", "real.shape[0]")), "d'avance"),
            "the length of a batch": (changed(TRAIN, ("tf.shape(real)[0]", "len(real)")), "et non len(x)"),
            "evaluation mode": (INLINED.replace("training=True", "training=False"), "training=True"),
            "G goes up": (
                INLINED.replace("generator_loss(self.critic", "-generator_loss(self.critic").replace(
                    "(c, w, p, g)", "(c, w, p, -g)"
                ),
                "signe est inversé",
            ),
            "the same fakes": (
                """
n = tf.shape(real)[0]
fake = self.generator(noise(n), training=True)
for _ in range(self.critic_steps):
    with tf.GradientTape() as tape:
        w = critic_loss(self.critic(real, training=True), self.critic(fake, training=True))
        p = gradient_penalty(self.critic, interpolate(real, fake))
        c = w + self.gp_weight * p
    self.c_optimizer.apply_gradients(zip(tape.gradient(c, self.critic.trainable_variables), self.critic.trainable_variables))
g = generator_step(self.generator, self.critic, self.g_optimizer, n)
for metric, value in zip(self.metrics, (c, w, p, g)):
    metric.update_state(value)
return {m.name: m.result() for m in self.metrics}""",
                "les mêmes fausses images",
            ),
            "real split in parts": (
                changed(
                    TRAIN,
                    ("for _ in range(", "m = tf.shape(real)[0] // self.critic_steps\nfor k in range("),
                    ("self.c_optimizer, real,", "self.c_optimizer, real[k * m : (k + 1) * m],"),
                ),
                "vraies images du lot",
            ),
            "real split": (
                changed(
                    TRAIN,
                    (
                        C_CALL,
                        "loss, wasserstein, penalty = critic_step(self.generator, self.critic, self.c_optimizer, real[:4], self.gp_weight)",
                    ),
                ),
                "vraies images du lot",
            ),
        }.items()
    },
}
