import type { Text } from '../../contract/text'

/** What the kinds of blocks are called in Chinese; numbers and names of architectures stay. Longer ones before those they hold. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/Inverted residual/g, '倒残差'], [/Residual/g, '残差'], [/Bottleneck/g, '瓶颈残差'], [/Separable/g, '可分离卷积'], [/Convolution/g, '卷积'], [/Dense|dense/g, '全连接'],
  [/Attention/g, '注意力'], [/Patches/g, '图块'], [/Class token/g, '类别标记'], [/Mean, normalised/g, '均值，归一化'], [/^Features$/, '特征'], [/^Head$/, '分类头']
]

/** A block's title as architectures write it, in both languages. */
export const blockTitle = (title: string): Text => ({
  en: title, zh: kinds.reduce((said, [english, chinese]) => said.replace(english, chinese), title)
})
