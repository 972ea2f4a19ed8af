/** What a network's definition says of it. */
export { hasBatchNormalisation, outputsOf } from './network-facts'
