import type { BaseSpec, BestRow, GauntletRow, TrainedRow } from '../row'

// Digits, unlabelled target: LeNet at 28×28×1 in [-1, 1], USPS brought to 28×28 by bilinear resizing, batches of 36,
// 5,000 steps; 20,000 for DAN and, from MNIST to USPS, Deep CORAL, whose label-free score still rises at 5,000.
// The checkpoint is chosen by a label-free score.

type Domain = 'mnist' | 'usps'
type Training = NonNullable<BaseSpec['training']>

const tll = 'TLL, docs/dalib/benchmarks/image_classification.rst at 07be169'
const usual = 10
const budget = (quick: boolean, epochs = usual): Training => quick
  ? { epochs: 2, epochSteps: 150, batchSize: 36 } : { epochs, epochSteps: 500, batchSize: 36 }
/** Settings of the source-only twin of a method with these training defaults. */
const plain = (quick: boolean, epochs = usual): Training => ({
  ...budget(quick, epochs), learningRate: 0.01, weightDecay: 0.001, schedule: 'inverse'
})

const named = (from: Domain, to: Domain, method: string): Pick<TrainedRow, 'id' | 'title'> => ({
  id: `${from}-${to}-${method}`, title: `${from.toUpperCase()} → ${to.toUpperCase()}, ${method}`
})

const sourceOnlySpec = (from: Domain, to: Domain | 'usps-framed', quick: boolean, epochs = usual): BaseSpec => ({
  source: { model: 'arch:lenet', dataset: from }, target: { dataset: to, labels: 'none' }, method: { id: 'source-only' },
  training: plain(quick, epochs)
})

const sourceOnly = (from: Domain, to: Domain, published: string, where: string): TrainedRow => ({
  ...named(from, to, 'source-only'),
  published, where, methods: ['source-only'], data: [from, to], band: {}, seconds: { whole: 50, quick: 7 },
  spec: (quick) => sourceOnlySpec(from, to, quick)
})

const adaptation = (
  from: Domain, to: Domain, method: string, band: TrainedRow['band'],
  { epochs = usual, ...more }: Pick<TrainedRow, 'published' | 'where' | 'seconds'> & { epochs?: number }
): TrainedRow => ({
  ...named(from, to, method), ...more,
  methods: [method, 'source-only'], data: [from, to], band,
  // One source-only run per seed for all of as many steps, also for ADDA, whose own settings are others (Adam).
  control: { name: 'source-only', spec: (quick) => sourceOnlySpec(from, to, quick, epochs) },
  spec: (quick) => ({
    source: { model: 'arch:lenet', dataset: from }, target: { dataset: to, labels: 'none' }, method: { id: method },
    training: budget(quick, epochs)
  })
})

/** The preparation alone: USPS shrunk to 20×20 inside 28×28, as MNIST's digits are, and no method at all. */
const framed: TrainedRow = {
  id: 'mnist-usps-framed-source-only',
  title: 'MNIST → USPS as 20×20 inside 28×28, source-only',
  published: 'none; 94', where: 'PyTorch, one seed', methods: ['source-only'], data: ['mnist', 'usps-framed'], band: {},
  seconds: { whole: 50, quick: 7 },
  spec: (quick) => sourceOnlySpec('mnist', 'usps-framed', quick)
}

/**
 * The source's data stay away: a model trained on it, with the authors' label smoothing and bottleneck, is all that the
 * method gets; their batches and their weight of the clusters for digits.
 */
const shot: TrainedRow = {
  ...named('usps', 'mnist', 'shot'),
  published: '98.0', where: 'SHOT, results.md', methods: ['shot', 'source-only'], data: ['usps', 'mnist'],
  control: 'source', band: { above: 15 }, seconds: { whole: 190, quick: 20 }, sources: 'each-seed',
  source: (quick) => ({
    source: { model: 'arch:lenet', dataset: 'usps' }, target: { dataset: 'mnist', labels: 'none' },
    method: { id: 'source-only', params: { labelSmoothing: 0.1, bottleneck: 256 } }, training: plain(quick)
  }),
  spec: (quick, model = 'arch:lenet') => ({
    source: { model }, target: { dataset: 'mnist', labels: 'none' }, method: { id: 'shot', params: { pseudoLabelWeight: 0.1 } },
    training: { ...budget(quick), batchSize: 64 }
  })
}

const bestOfFour: BestRow = {
  id: 'mnist-usps-best',
  title: 'MNIST → USPS, best of DAN, ADDA, CDAN and Deep CORAL',
  published: '97.1 (other preparation)', where: 'Deep CORAL in JDDA, img/accuracy.png',
  best: ['dan', 'adda', 'cdan', 'deep-coral'].map((method) => `mnist-usps-${method}`), band: { atLeast: 88 }
}

const adversarial = { whole: 120, quick: 14 }
const matching = { whole: 100, quick: 12 }
// The source-only run of as many steps counts with DAN.
const longMatching = (whole: number) => ({ epochs: 40, seconds: { whole, quick: 12 } })

export const digitsRows: readonly GauntletRow[] = [
  sourceOnly('mnist', 'usps', '75.2 … 82.1', `ADDA's paper … ${tll}, best epoch on test labels`),
  framed,
  adaptation('mnist', 'usps', 'dann', { above: 6, atLeast: 85 }, { published: '91.7', where: `${tll}, 50,000 steps`, seconds: adversarial }),
  adaptation('mnist', 'usps', 'dan', { above: 6 }, { published: '86.0', where: tll, ...longMatching(560) }),
  adaptation('mnist', 'usps', 'adda', { above: 6 }, { published: '89.4–94.5', where: `ADDA's paper … ${tll}`, seconds: { whole: 190, quick: 20 } }),
  adaptation('mnist', 'usps', 'cdan', { above: 6 }, { published: '96.0', where: tll, seconds: { whole: 190, quick: 20 } }),
  adaptation('mnist', 'usps', 'deep-coral', { above: 3 }, {
    published: '97.1 (other preparation)', where: 'JDDA, img/accuracy.png', ...longMatching(390)
  }),
  bestOfFour,
  sourceOnly('usps', 'mnist', '74.6 · 66.4', `${tll} · JDDA, img/accuracy.png`),
  adaptation('usps', 'mnist', 'dan', { above: 15 }, { published: '89.5', where: tll, ...longMatching(560) }),
  adaptation('usps', 'mnist', 'deep-coral', { atLeast: 80 }, {
    published: '89.9–96.5', where: 'JDDA, img/accuracy.png; skada-bench', seconds: matching
  }),
  adaptation('usps', 'mnist', 'dann', { atLeast: 83 }, { published: '95.2', where: tll, seconds: adversarial }),
  shot
]
