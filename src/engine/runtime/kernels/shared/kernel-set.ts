/** Which kernels this process computes with; `stock` is for benchmarks. */
export const kernelSet: { current: 'graft' | 'stock' } = { current: 'graft' }
