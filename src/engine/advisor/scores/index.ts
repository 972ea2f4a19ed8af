import { hScore } from './h-score'
import { kNearest } from './k-nearest'
import { leep } from './leep'
import { logme } from './logme'
import { nce } from './nce'
import type { Score } from './score'
import { transrate } from './transrate'

/** Every score, a line each; the first leads, the others vote beside it. */
export const scores: readonly Score[] = [
  kNearest,
  logme,
  leep,
  nce,
  hScore,
  transrate
]
