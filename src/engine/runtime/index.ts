export { detectBackends } from './detect'
export { deviceProblem, openBackend, openedBackend, type BackendOptions } from './open'
