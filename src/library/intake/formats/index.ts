import type { Format } from '../reading/format'
import { cifar10 } from './cifar-10'
import { cifar100 } from './cifar-100'
import { csv } from './csv'
import { idx } from './idx'
import { imageFolder } from './image-folder'
import { svhn } from './svhn'
import { usps } from './usps'

/** Every data format, in the order in which a path is tried; the folder of images takes whatever is left. */
export const formats: readonly Format[] = [
  cifar10,
  cifar100,
  idx,
  svhn,
  usps,
  csv,
  imageFolder
]
