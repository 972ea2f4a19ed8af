export { detectBackends } from './detect'
export { hasFunctions } from './functions'
export { deviceProblem, openBackend } from './open'
