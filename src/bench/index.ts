/** The benchmark: speed figures of a machine, as ratios measured in one run. */
export { runBenchmark } from './benchmark'
export { figuresText } from './figures'
export { measureInChild } from './child'
export { measure, partSchema, type Measured, type Part } from './parts'
export { measureTorch } from './torch'
