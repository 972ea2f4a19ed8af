import type { Naming } from './shared/naming'
import { graftNames } from './graft'
import { kerasMobilenetV1, kerasMobilenetV2 } from './keras-mobilenet'
import { torchMobilenetV2 } from './torch-mobilenet-v2'
import { torchResnet } from './torch-resnet'

/** Every way of naming that is recognised: one file and one line each. */
export const namings: readonly Naming[] = [graftNames, torchResnet, torchMobilenetV2, kerasMobilenetV1, kerasMobilenetV2]
