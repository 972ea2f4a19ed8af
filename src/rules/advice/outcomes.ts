import type { Outcome } from './outcome'

/** The measured tasks. Written by scripts/advice/outcomes.mjs, which trains every method on every task and asks for the evidence. */
export const outcomes: readonly Outcome[] = [
  {
    task: 'MNIST → digits',
    sourceKind: 'own',
    sameClasses: true,
    labelsPerClass: 10,
    classes: 10,
    crossValidated: 0.92,
    neighbours: 0.86,
    accuracy: {
      'fine-tuning': 0.94,
      scratch: 0.9,
      'linear-probe': 0.882,
      'l2-sp': 0.93,
      delta: 0.946,
      bss: 0.934,
      'feature-transfer': 0.944,
      svm: 0.882,
      'random-forest': 0.866,
      'logistic-regression': 0.88,
      'k-nearest': 0.864,
      distillation: 0.872,
      'feature-distillation': 0.868
    }
  },
  {
    task: 'MNIST → USPS',
    sourceKind: 'own',
    sameClasses: true,
    labelsPerClass: 10,
    classes: 10,
    crossValidated: 0.9,
    neighbours: 0.94,
    accuracy: {
      'logistic-regression': 0.8989,
      'linear-probe': 0.9088,
      'k-nearest': 0.8695,
      svm: 0.8944,
      'fine-tuning': 0.9342,
      'l2-sp': 0.9347,
      scratch: 0.2103
    }
  },
  {
    task: 'MNIST → digits, no labels',
    sourceKind: 'own',
    sameClasses: true,
    labelsPerClass: 0,
    classes: 10,
    accuracy: {
      'source-only': 0.686,
      dann: 0.8,
      adda: 0.684
    }
  }
]
