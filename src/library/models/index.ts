/** What a network's definition says of it. */
export { hasBatchNormalisation, outputsOf } from './network-facts'
/** The models that come with Graft. */
export { embeddedIds, findEmbedded, missingEmbedded } from './embedded'
