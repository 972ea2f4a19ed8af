/** What a network's definition says of it. */
export { hasBatchNormalisation, outputsOf } from './network-facts'
/** The models of others that Graft can get by itself. */
export { discardKnownModel, getKnownModel, knownModelOf, listKnownModels, modelExists } from './known'
/** The models that come with Graft. */
export { embeddedIds, findEmbedded, missingEmbedded } from './embedded'
