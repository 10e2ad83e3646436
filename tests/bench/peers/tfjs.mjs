// The workloads in TensorFlow.js on its WebAssembly backend, with its own Adam. There is no
// `conv`: the backend has no gradient of a convolution's filter.
import "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import {
  batches, eightGaussians, feeder, filled, line, measure, normal, parameters, products, threads,
  uniform,
} from "./common.mjs";

const tf = globalThis.tf;

// Whatever setThreadsCount says, the backend takes at most half the processors it is told of.
Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 * threads, configurable: true });

// The library's own gradient of a product asks for operands transposed in place, which this
// backend does slowly; transposing them first makes a step several times faster (measured).
// `gradients: "own"` keeps the library's. The gradient of the batch itself is never worked out.
let ownGradients = false;

function dense(x, [weight, bias], isBatch = false) {
  if (ownGradients) return tf.add(tf.matMul(x, weight), bias);
  const layer = tf.customGrad((w, b, ...rest) => {
    rest.at(-1)([x, w]);  // saves them for the gradient
    return {
      value: tf.fused.matMul({ a: x, b: w, bias: b }),
      gradFunc: (dy, [x, w]) => {
        const gradients = [tf.matMul(tf.transpose(x), dy), tf.sum(dy, 0)];
        return isBatch ? gradients : [...gradients, tf.matMul(dy, tf.transpose(w))];
      },
    };
  });
  return isBatch ? layer(weight, bias) : layer(weight, bias, x);
}

function vaeLoss(p, x) {
  const batch = x.shape[0];
  const head = dense(tf.tanh(dense(x, p.slice(0, 2), true)), p.slice(2, 4));
  const [mean, logVariance] = tf.split(head, 2, 1);
  const deviation = tf.exp(tf.mul(logVariance, 0.5));
  const code = tf.add(mean, tf.mul(deviation, tf.randomNormal([batch, 20])));
  const logits = dense(tf.tanh(dense(code, p.slice(4, 6))), p.slice(6, 8));
  const reconstruction = tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)));
  const surplus = tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1));
  return tf.div(tf.add(reconstruction, tf.mul(tf.sum(surplus), 0.5)), batch);
}

function niceLoss(p, x) {
  const batch = x.shape[0];
  const halves = tf.unstack(tf.reshape(x, [batch, 392, 2]), 2);
  for (let coupling = 0; coupling < 4; ++coupling) {
    const moved = coupling % 2;
    let h = halves[1 - moved];
    for (let layer = 0; layer < 6; ++layer) {
      const at = 12 * coupling + 2 * layer;
      h = dense(h, p.slice(at, at + 2), at === 0);
      if (layer < 5) h = tf.relu(h);
    }
    halves[moved] = tf.add(halves[moved], h);
  }
  const energies = halves.map((half, i) => {
    const scale = p[48 + i];
    const z = tf.mul(half, tf.exp(scale));
    const energy = tf.sum(tf.add(tf.softplus(z), tf.softplus(tf.neg(z))));
    return tf.sub(tf.div(energy, batch), tf.sum(scale));
  });
  return tf.add(energies[0], energies[1]);
}

// Noise of deviation 2; its log density is −‖x‖²/8 − log 8π.
function nceLoss(p, points) {
  const count = points.shape[0];
  const hidden = tf.tanh(dense(tf.tanh(dense(points, p.slice(0, 2), true)), p.slice(2, 4)));
  const energy = tf.reshape(dense(hidden, p.slice(4, 6)), [count]);
  const logNoise = tf.sub(tf.div(tf.sum(tf.square(points), 1), -8), Math.log(8 * Math.PI));
  const logit = tf.sub(tf.sub(p[6], energy), logNoise);
  const [data, noise] = tf.split(logit, 2);
  return tf.add(tf.mean(tf.softplus(tf.neg(data))), tf.mean(tf.softplus(noise)));
}

async function train(workload, loss, options) {
  const batch = batches[workload];
  let next, shape;
  if (workload === "nce2d") {
    shape = [2 * batch, 2];
    const points = new Float32Array(4 * batch);
    next = () => {
      points.set(eightGaussians(batch));
      for (let i = 2 * batch; i < 4 * batch; ++i) points[i] = 2 * normal();
      return points;
    };
  } else {
    shape = [batch, 784];
    next = feeder(options.images, batch);
  }
  const p = parameters(workload).map(({ data, shape }) => tf.variable(tf.tensor(data, shape)));
  const adam = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const measured = await measure(async (i) => {
    const value = tf.tidy(() => {
      const x = tf.tensor(next(i), shape);
      return adam.minimize(() => loss(p, x), true, p);
    });
    const [number] = await value.data();
    value.dispose();
    return number;
  }, options);
  adam.dispose();
  tf.dispose(p);
  const images = options.images ? "images given" : "uniform random images";
  const source = workload === "nce2d" ? "512 + 512 points drawn each step" : images;
  const gradients = ownGradients ? "the library's own gradients" : "operands transposed first";
  return line("tfjs", workload, measured, { note: `${source}; ${gradients}` });
}

async function multiply([rows, inner, columns], options) {
  const a = tf.tensor(filled(rows * inner, uniform), [rows, inner]);
  const b = tf.tensor(filled(inner * columns, uniform), [inner, columns]);
  const measured = await measure(async () => {
    tf.matMul(a, b).dispose();  // kernels of this backend end before they return
    return null;
  }, options);
  tf.dispose([a, b]);
  return line("tfjs", "gemm", measured, {
    batch: rows,
    operations: 2 * rows * inner * columns,
    note: `${rows}x${inner}x${columns}`,
  });
}

export async function run(workload, options = {}) {
  if (tf.getBackend() !== "wasm") {
    tf.wasm.setWasmPaths(new URL(".", import.meta.resolve("@tensorflow/tfjs-backend-wasm")).href);
    tf.wasm.setThreadsCount(threads);
    await tf.setBackend("wasm");
    await tf.ready();
  }
  if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("no SIMD");
  if (tf.wasm.getThreadsCount() !== threads) {
    throw new Error(`${tf.wasm.getThreadsCount()} threads, not ${threads}`);
  }
  ownGradients = options.gradients === "own";
  const losses = { vae: vaeLoss, nice: niceLoss, nce2d: nceLoss };
  if (losses[workload]) return [await train(workload, losses[workload], options)];
  if (workload !== "gemm") throw new Error(`no workload ${workload}`);
  const lines = [];
  for (const shape of products) lines.push(await multiply(shape, options));
  return lines;
}
