// The workloads in jax-js on its WebAssembly backend: a whole step is one jitted function.
import {
  batches, feeder, filled, line, measure, parameters, products, threads, uniform,
} from "./common.mjs";

// The library makes its workers when it is imported, one for each processor it is told of.
Object.defineProperty(navigator, "hardwareConcurrency", { value: threads, configurable: true });
const { blockUntilReady, defaultDevice, init, jit, nn, numpy: np, random, tree, valueAndGrad } =
  await import("@jax-js/jax");

// nn.softplus overflows; this form does not.
const softplus = (x) =>
  nn.relu(x.ref).add(np.log(np.exp(np.negative(np.abs(x))).add(1)));

const dense = (x, [weight, bias]) => np.matmul(x, weight).add(bias);

function vaeLoss(p, x, key) {
  const batch = x.shape[0];
  const head = dense(np.tanh(dense(x.ref, p.slice(0, 2))), p.slice(2, 4));
  const mean = head.ref.slice([], [0, 20]);
  const logVariance = head.slice([], [20, 40]);
  const noise = random.normal(key, [batch, 20]);
  const code = mean.ref.add(np.exp(logVariance.ref.mul(0.5)).mul(noise));
  const logits = dense(np.tanh(dense(code, p.slice(4, 6))), p.slice(6, 8));
  const reconstruction = softplus(logits.ref).sub(x.mul(logits)).sum();
  const divergence = np.exp(logVariance.ref).add(np.square(mean)).sub(logVariance).sub(1).sum();
  return reconstruction.add(divergence.mul(0.5)).mul(1 / batch);
}

function niceLoss(p, x, key) {
  key.dispose();
  const batch = x.shape[0];
  const pairs = x.reshape([batch, 392, 2]);
  const halves = [pairs.ref.slice([], [], 0), pairs.slice([], [], 1)];
  for (let coupling = 0; coupling < 4; ++coupling) {
    const moved = coupling % 2;
    let h = halves[1 - moved].ref;
    for (let layer = 0; layer < 6; ++layer) {
      const at = 12 * coupling + 2 * layer;
      h = dense(h, p.slice(at, at + 2));
      if (layer < 5) h = nn.relu(h);
    }
    halves[moved] = halves[moved].add(h);
  }
  const scales = p.slice(48);
  const energies = halves.map((half, i) => {
    const z = half.mul(np.exp(scales[i].ref));
    return softplus(z.ref).add(softplus(np.negative(z))).sum().mul(1 / batch).sub(scales[i].sum());
  });
  return energies[0].add(energies[1]);
}

// Adam, with the bias corrections passed in so that the kernels need not work them out.
function makeStep(loss) {
  return jit((p, m, v, x, key, correctM, correctV) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(p), x, key);
    m = m.map((a, i) => a.mul(0.9).add(gradients[i].ref.mul(0.1)));
    v = v.map((a, i) => a.mul(0.999).add(np.square(gradients[i]).mul(0.001)));
    p = p.map((a, i) => {
      const root = np.sqrt(v[i].ref.mul(correctV.ref)).add(1e-8);
      return a.sub(m[i].ref.mul(correctM.ref).mul(1e-3).div(root));
    });
    tree.dispose([correctM, correctV]);
    return [p, m, v, value];
  });
}

async function train(workload, loss, options) {
  const batch = batches[workload];
  const next = feeder(options.images, batch);
  const step = makeStep(loss);
  const initial = parameters(workload);
  const zeros = () => initial.map(({ shape }) => np.zeros(shape));
  let p = initial.map(({ data, shape }) => np.array(data, { shape }));
  let m = zeros(), v = zeros();
  await blockUntilReady([p, m, v]);
  const measured = await measure(async (i) => {
    let value;
    const x = np.array(next(i), { shape: [batch, 784] });
    const correctM = np.array(1 / (1 - 0.9 ** (i + 1)));
    const correctV = np.array(1 / (1 - 0.999 ** (i + 1)));
    [p, m, v, value] = step(p, m, v, x, random.key(i), correctM, correctV);
    await blockUntilReady([p, m, v, value]);
    return value.jsAsync();
  }, options);
  tree.dispose([p, m, v]);
  step.dispose();
  return line("jax-js", workload, measured, {
    note: `whole step jitted; ${options.images ? "images given" : "uniform random images"}`,
  });
}

async function multiply([rows, inner, columns], options) {
  const a = np.array(filled(rows * inner, uniform), { shape: [rows, inner] });
  const b = np.array(filled(inner * columns, uniform), { shape: [inner, columns] });
  const product = jit((x, y) => np.matmul(x, y));
  const measured = await measure(async () => {
    const c = product(a.ref, b.ref);
    await blockUntilReady(c);
    c.dispose();
    return null;
  }, options);
  tree.dispose([a, b]);
  product.dispose();
  return line("jax-js", "gemm", measured, {
    batch: rows,
    operations: 2 * rows * inner * columns,
    note: `${rows}x${inner}x${columns}`,
  });
}

export async function run(workload, options = {}) {
  await init("wasm");
  defaultDevice("wasm");
  if (workload === "vae") return [await train("vae", vaeLoss, options)];
  if (workload === "nice") return [await train("nice", niceLoss, options)];
  if (workload !== "gemm") throw new Error(`no workload ${workload}`);
  const lines = [];
  for (const shape of products) lines.push(await multiply(shape, options));
  return lines;
}
