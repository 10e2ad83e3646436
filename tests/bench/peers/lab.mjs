// The lab's own engine on the workloads of tests/bench/workloads.hpp, in a Worker as on its page.
export function run(workload, { plain }) {
  const worker = new Worker(`lab_worker.mjs?workload=${workload}${plain ? "&plain" : ""}`, {
    type: "module",
  });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if (data.error) reject(new Error(data.error));
      else resolve(data.lines);
    };
    worker.onerror = (event) => reject(new Error(event.message));
  });
}
