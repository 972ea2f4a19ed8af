import type { BlockSummary } from '../../../contract/models'
import type { Language } from '../../../contract/text'

/** What the kinds of blocks are called; numbers and names of architectures stay. Longer ones before those they hold. */
const blockKinds: readonly (readonly [RegExp, string])[] = [
  [/Inverted residual/, '倒残差'], [/Residual/, '残差'], [/Bottleneck/, '瓶颈残差'], [/Separable/, '可分离卷积'], [/Convolution/, '卷积'], [/Dense|dense/, '全连接'],
  [/Attention/, '注意力'], [/Patches/, '图块'], [/Class token/, '类别标记'], [/Mean, normalised/, '均值，归一化'], [/^Head$/, '分类头']
]
/** The data sets that come with Graft, by the names that they have until somebody renames them. */
const sampleNames: Readonly<Record<string, string>> = {
  'UCI optical digits': 'UCI 手写数字', 'MNIST digits (sample)': 'MNIST 手写数字（样本）'
}

/** A name with the samples' names in it in the language of the window. */
export function localSampleName(name: string, language: Language): string {
  return language === 'en' ? name : Object.entries(sampleNames).reduce((said, [english, local]) => said.replaceAll(english, local), name)
}

/** A block's title in the language of the window. */
export const localBlockTitle = (title: string, language: Language): string =>
  language === 'en' ? title : blockKinds.reduce((said, [english, local]) => said.replace(english, local), title)

/** Something built of blocks, with their titles in the language of the window. */
export const withLocalBlocks = <Built extends { blocks: BlockSummary[] }>(built: Built, language: Language): Built =>
  ({ ...built, blocks: built.blocks.map((block) => ({ ...block, title: localBlockTitle(block.title, language) })) })
