export { detectBackends } from './detect'
export { deviceProblem, openBackend } from './open'
