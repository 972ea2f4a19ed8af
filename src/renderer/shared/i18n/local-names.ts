import type { BlockSummary } from '../../../contract/models'
import type { Language } from '../../../contract/text'

/** What the kinds of blocks are called; the numbers behind them stay. */
const blockKinds: Readonly<Record<string, string>> = {
  'Inverted residual': '倒残差', 'Residual': '残差', 'Bottleneck': '瓶颈残差', 'Separable': '可分离卷积', 'Convolution': '卷积', 'Dense': '全连接'
}
/** The data sets that come with Graft, by the names that they have until somebody renames them. */
const sampleNames: Readonly<Record<string, string>> = {
  'UCI optical digits': 'UCI 手写数字', 'MNIST digits (sample)': 'MNIST 手写数字（样本）'
}

/** A name with the samples' names in it in the language of the window. */
export function localSampleName(name: string, language: Language): string {
  return language === 'en' ? name : Object.entries(sampleNames).reduce((said, [english, local]) => said.replaceAll(english, local), name)
}

function localBlock(block: BlockSummary, language: Language): BlockSummary {
  const kind = language === 'en' ? undefined : Object.keys(blockKinds).find((english) => block.title.startsWith(`${english} `))
  return kind === undefined ? block : { ...block, title: `${blockKinds[kind]}${block.title.slice(kind.length)}` }
}

/** Something built of blocks, with their titles in the language of the window. */
export const withLocalBlocks = <Built extends { blocks: BlockSummary[] }>(built: Built, language: Language): Built =>
  ({ ...built, blocks: built.blocks.map((block) => localBlock(block, language)) })
