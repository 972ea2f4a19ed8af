import type { BlockSummary } from '../../../contract/models'
import type { Language } from '../../../contract/text'
import { blockTitle } from '../../../rules/format/block-titles'

/** The data sets that come with Graft, by the names that they have until somebody renames them. */
const sampleNames: Readonly<Record<string, string>> = {
  'UCI optical digits': 'UCI 手写数字', 'MNIST digits (sample)': 'MNIST 手写数字（样本）'
}

/** A name with the samples' names in it in the language of the window. */
export function localSampleName(name: string, language: Language): string {
  return language === 'en' ? name : Object.entries(sampleNames).reduce((said, [english, local]) => said.replaceAll(english, local), name)
}

/** A block's title in the language of the window. */
export const localBlockTitle = (title: string, language: Language): string => blockTitle(title)[language]

/** Something built of blocks, with their titles in the language of the window. */
export const withLocalBlocks = <Built extends { blocks: BlockSummary[] }>(built: Built, language: Language): Built =>
  ({ ...built, blocks: built.blocks.map((block) => ({ ...block, title: localBlockTitle(block.title, language) })) })
