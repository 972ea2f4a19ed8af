import type { GauntletRow } from '../row'
import { cifarRows } from './cifar'
import { colouredMnistRows } from './coloured-mnist'
import { digitsRows } from './digits'
import { distillationRows } from './distillation'
import { selfSupervisedRows } from './self-supervised'
import { soupRows } from './soups'

/** Every row, in the order of the table. */
export const gauntletRows: readonly GauntletRow[] = [
  ...digitsRows, ...colouredMnistRows, ...cifarRows, ...distillationRows, ...selfSupervisedRows, ...soupRows
]
