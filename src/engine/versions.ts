import { version as tensorflowJs } from '@tensorflow/tfjs-core/package.json'
import { version as graft } from '../../package.json'

/** What a run records of the programs it ran on. */
export const versions = (): { graft: string, node: string, tensorflowJs: string } => ({ graft, node: process.versions.node, tensorflowJs })
