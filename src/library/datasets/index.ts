/** Data sets as they are kept. Light: no decoder, no parser, no network. */
export type { DatasetReader, DatasetView } from './cache'
export { draftOf, keepDraft } from './drafts'
export { openSourceData, openTargetData } from './domain-view'
export { sourceStateOf } from './fingerprint'
export { installSamples } from './samples'
export { viewWithUnlabelled } from './unlabelled-view'
export { DatasetWriter } from './writer'
