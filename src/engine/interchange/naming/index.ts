import type { Naming } from './_naming'
import { graftNames } from './graft'
import { kerasMobilenetV1, kerasMobilenetV2 } from './keras-mobilenet'
import { timmEfficientnetLite, torchEfficientnetLite } from './torch-efficientnet-lite'
import { torchMobilenetV2 } from './torch-mobilenet-v2'
import { torchResnet } from './torch-resnet'

/** Every way of naming that is recognised: one file and one line each. */
export const namings: readonly Naming[] = [
  graftNames, torchResnet, torchMobilenetV2, torchEfficientnetLite, timmEfficientnetLite, kerasMobilenetV1, kerasMobilenetV2
]
