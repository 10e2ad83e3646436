// What the browser peers share: parameters, data, timing and the line that reports them.

// A peer uses two threads where the page may share memory between workers.
export const threads = globalThis.crossOriginIsolated ? 2 : 1;

export const batches = { vae: 100, nice: 200, nce2d: 512 };

export const products = [
  [128, 784, 1000],
  [100, 1000, 1000],
  [512, 512, 512],
];

const layers = {
  vae: [[784, 500], [500, 40], [20, 500], [500, 784]],
  nice: Array(4).fill([[392, 1000], ...Array(4).fill([1000, 1000]), [1000, 392]]).flat(),
  nce2d: [[2, 64], [64, 64], [64, 1]],
};

// The free parameters: two halves of the log scale of NICE, the constant of NCE.
const zeros = { vae: [], nice: [392, 392], nce2d: [1] };

// Operations of a step's matrix products: forward once, backward twice but for the first input.
const flop = {
  vae: 0.41e9,
  nice: 23e9,
  nce2d: 2 * 1024 * (2 * 64 * 2 + 64 * 64 * 3 + 64 * 3),
};

let state = 1;

// Uniform in [0, 1), repeatable (mulberry32).
export function uniform() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

export const normal = () =>
  Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

export const filled = (size, next) => Float32Array.from({ length: size }, next);

// [{data, shape}]: weight and bias of each layer, then the free parameters.
export function parameters(workload) {
  const dense = layers[workload].flatMap(([rows, columns]) => {
    const next = () => (2 * uniform() - 1) / Math.sqrt(rows);
    return [
      { data: filled(rows * columns, next), shape: [rows, columns] },
      { data: filled(columns, next), shape: [columns] },
    ];
  });
  return dense.concat(zeros[workload].map((n) => ({ data: new Float32Array(n), shape: [n] })));
}

// Rows of images, batch after batch, starting again at the end.
export function feeder(images, batch) {
  images ??= filled(1000 * 784, uniform);
  const count = Math.floor(images.length / 784 / batch);
  if (!count) throw new Error(`fewer than ${batch} images`);
  return (step) => {
    const start = (step % count) * batch * 784;
    return images.subarray(start, start + batch * 784);
  };
}

// Eight Gaussians of deviation 0.5 around a circle of radius 4, divided by 1.414.
export function eightGaussians(count) {
  const points = new Float32Array(2 * count);
  for (let i = 0; i < count; ++i) {
    const angle = (Math.floor(8 * uniform()) * Math.PI) / 4;
    points[2 * i] = (4 * Math.cos(angle) + 0.5 * normal()) / 1.414;
    points[2 * i + 1] = (4 * Math.sin(angle) + 0.5 * normal()) / 1.414;
  }
  return points;
}

// Awaits step(i) for warm-up and measurement; a step resolves to its loss, or null.
export async function measure(step, { steps = 20, warmup = 3 }) {
  const times = [], losses = [];
  for (let i = 0; i < warmup + steps; ++i) {
    const start = performance.now();
    losses.push(await step(i));
    if (i >= warmup) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { times, first: losses[0], last: losses.at(-1) };
}

export function line(program, workload, measured, { batch, operations, note }) {
  const { times, first, last } = measured;
  const median = times[Math.floor(times.length / 2)];
  return {
    program,
    executor: "wasm",
    threads,
    workload,
    batch: batch ?? batches[workload],
    ms_per_step_median: median,
    ms_min: times[0],
    ms_max: times.at(-1),
    steps: times.length,
    first_loss: first,
    last_loss: last,
    gflops: (operations ?? flop[workload]) / median / 1e6,
    peak_gflops: null,
    note,
  };
}
