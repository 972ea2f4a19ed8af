import { defineNaming } from './shared/naming'

/** Graft's own files, in every format it writes. */
export const graftNames = defineNaming({
  id: 'graft',
  title: 'Graft',
  architectures: [
    'seed-cnn', 'lenet', 'mlp-83', 'mlp-256', 'mlp-390', 'resnet-20', 'resnet-32', 'resnet-44', 'resnet-56', 'resnet-18', 'resnet-50', 'mobilenet-v1', 'mobilenet-v2'
  ],
  layer: (block, layer) => `${block}.${layer}`,
  heads: ['head.dense']
})
