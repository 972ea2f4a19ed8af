import type { ModelFile } from '../shared/model-format'

/** Networks of others that Graft does not have, by names of weights that no other network has. */
const families: readonly (readonly [told: RegExp, title: string])[] = [
  [/(^|\.)layer1\.0\.se\./, 'SE-ResNet'],
  [/(^|\.)conv1\.6\.weight$/, 'ResNet-D, with three convolutions at its beginning'],
  [/(^|\.)stages\.0\.blocks\.0\.norm1\./, 'ResNet v2'],
  [/denseblock1\.denselayer1\./, 'DenseNet'],
  [/layers\.0\.blocks\.0\.attn\.relative_position_bias_table$|features\.1\.0\.attn\.relative_position_bias_table$/, 'Swin Transformer'],
  [/blocks\.\d+\.\d+\.(dw_start|dw_mid)\./, 'MobileNet v4'],
  [/ghost1\.primary_conv/, 'GhostNet'],
  [/(^|\.)(s1\.b1|trunk_output\.block1)\./, 'RegNet'],
  [/(^|\.)Mixed_5b\./, 'Inception'],
  [/(^|\.)inception3a\./, 'GoogLeNet'],
  [/fire\d*\.squeeze|features\.3\.squeeze\./, 'SqueezeNet'],
  [/(^|\.)stage2\.0\.branch1\./, 'ShuffleNet v2'],
  [/mlp\.grn\./, 'ConvNeXt v2'],
  [/(^|\.)reg_?token(s)?$|register_tokens$/, 'a vision transformer with registers'],
  [/blocks\.0\.(gamma_1|ls1\.gamma)$/, 'a vision transformer with LayerScale'],
  [/blocks\.\d+\.\d+\.conv_exp\./, 'EfficientNet v2']
]

/** What a file that is none of Graft's networks looks like, by its names. */
export const familyOf = ({ tensors }: ModelFile): string | undefined => {
  const names = [...tensors.keys()]
  return families.find(([told]) => names.some((name) => told.test(name)))?.[1]
}
