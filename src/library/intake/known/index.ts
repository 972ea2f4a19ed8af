/** The known data sets and what is left of their downloads. Light, unlike getting one. */
export type { BackOff } from '../../downloads/back-off'
export { discardDownload } from './discard'
export { listKnown } from './list'
export { knownDatasets } from './manifest'
