import type { Block } from '../network/definition'
import type { Architecture } from './shared/architecture'
import { defineArchitecture } from './shared/architecture'
import { denseHead, square } from './shared/layers'

const denseBlock = (name: string, units: number, first: boolean): Block => ({
  name,
  title: `Dense ${units}`,
  layers: [
    ...(first ? [{ kind: 'flatten', name: 'flatten' } as const] : []),
    { kind: 'dense', name: 'dense', units, bias: true, initialisation: 'glorot-uniform' },
    { kind: 'relu', name: 'relu' }
  ]
})

/**
 * The perceptrons of IRM's Coloured MNIST (Arjovsky et al. 2019; InvariantRiskMinimization, colored_mnist): two hidden
 * layers of so many units, Glorot's uniform weights, biases of zero, pixels in [0, 1]. For small images only.
 */
const mlp = (units: number): Architecture<Record<never, never>> => defineArchitecture({
  id: `mlp-${units}`,
  title: { en: `MLP ${units}`, zh: `MLP ${units}` },
  summary: {
    en: `Two hidden layers of ${units} units on the pixels themselves, without convolutions; for small images.`,
    zh: `直接作用于像素的两个 ${units} 单元隐藏层，没有卷积；适用于小图像。`
  },
  reference: 'Arjovsky et al. 2019',
  defaultInput: square(14),
  normalisation: (channels) => ({
    mean: Array.from({ length: channels }, () => 0), standardDeviation: Array.from({ length: channels }, () => 1)
  }),
  parameters: {},
  build: (_input, classes) => ({
    blocks: [denseBlock('dense1', units, true), denseBlock('dense2', units, false)],
    head: denseHead(classes, 'glorot-uniform')
  })
})

/** The authors' widths for the oracle without colours, for ERM and for IRM. */
export const [mlp83, mlp256, mlp390] = [mlp(83), mlp(256), mlp(390)]
