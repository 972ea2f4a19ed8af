/** Runs as they are kept, and what would stop a new one. */
export { checkSpecIn } from './check'
