import { GraftError } from '../../contract/errors'
import type { Architecture } from './shared/architecture'
import { convnextTiny } from './convnext'
import { efficientnetB0 } from './efficientnet'
import { efficientnetLites } from './efficientnet-lite'
import { lenet } from './lenet'
import { mlp256, mlp390, mlp83 } from './mlp'
import { mobilenetV1 } from './mobilenet-v1'
import { mobilenetV2 } from './mobilenet-v2'
import { mobilenetV3Large, mobilenetV3Small } from './mobilenet-v3'
import { resnet18, resnet34, resnet50 } from './resnet'
import { resnet20, resnet32, resnet44, resnet56 } from './resnet-cifar'
import { seedCnn } from './seed-cnn'
import { dinov2Small, visionTransformers } from './vision-transformer'

/** Every architecture: one file and one line each. */
export const architectures: readonly Architecture[] = [
  seedCnn,
  lenet,
  mlp83,
  mlp256,
  mlp390,
  resnet20,
  resnet32,
  resnet44,
  resnet56,
  resnet18,
  resnet34,
  resnet50,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Small,
  mobilenetV3Large,
  efficientnetB0,
  ...efficientnetLites,
  convnextTiny,
  ...visionTransformers,
  dinov2Small
] as readonly unknown[] as readonly Architecture[]

/** @throws GraftError that names the known ones. */
export function architectureOf(id: string): Architecture {
  const found = architectures.find((architecture) => architecture.id === id)
  if (found) return found
  const known = architectures.map((architecture) => architecture.id).join(', ')
  throw new GraftError('unknown-architecture', {
    en: `There is no architecture ${id}.`, zh: `没有名为 ${id} 的架构。`
  }, { usage: true, field: 'source.model', remedy: { en: `Known: ${known}.`, zh: `可用：${known}。` } })
}

export { definitionOf, summaryOf, type Architecture } from './shared/architecture'
export { denseHead } from './shared/layers'
export type { LayerHint, LayerNames } from './shared/layer-names'
