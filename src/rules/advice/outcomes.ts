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
      'linear-probe': 0.878,
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
      'linear-probe': 0.8994,
      'k-nearest': 0.8695,
      svm: 0.8944,
      'fine-tuning': 0.9342,
      'l2-sp': 0.9347,
      scratch: 0.2103
    }
  },
  {
    task: 'CIFAR-10 → CIFAR-100',
    sourceKind: 'imported',
    sameClasses: false,
    labelsPerClass: 10,
    classes: 100,
    crossValidated: 0.158,
    neighbours: 0.098,
    accuracy: {
      'logistic-regression': 0.191,
      'linear-probe': 0.1937,
      'k-nearest': 0.1113,
      svm: 0.1593,
      'fine-tuning': 0.116
    }
  },
  {
    task: 'ImageNet → PACS',
    sourceKind: 'imported',
    sameClasses: false,
    labelsPerClass: 10,
    classes: 7,
    crossValidated: 0.7,
    neighbours: 0.5714,
    accuracy: {
      'logistic-regression': 0.7619,
      'linear-probe': 0.7619,
      'k-nearest': 0.4881,
      svm: 0.4286
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
  },
  {
    task: 'CIFAR-10 → PACS',
    sourceKind: 'imported',
    sameClasses: false,
    labelsPerClass: 10,
    classes: 7,
    crossValidated: 0.3,
    neighbours: 0.2143,
    accuracy: {
      'logistic-regression': 0.2857,
      'linear-probe': 0.2857,
      'k-nearest': 0.3571,
      svm: 0.2619,
      'fine-tuning': 0.5
    }
  },
  {
    task: 'ImageNet → PACS, all labels',
    sourceKind: 'imported',
    sameClasses: false,
    labelsPerClass: 44,
    classes: 7,
    crossValidated: 0.75,
    neighbours: 0.7338,
    accuracy: {
      'logistic-regression': 0.8214,
      'linear-probe': 0.8571,
      'k-nearest': 0.75,
      svm: 0.8571
    }
  },
  {
    task: 'ImageNet → digits',
    sourceKind: 'imported',
    sameClasses: false,
    labelsPerClass: 10,
    classes: 10,
    crossValidated: 0.66,
    neighbours: 0.55,
    accuracy: {
      'logistic-regression': 0.758,
      'linear-probe': 0.802,
      'k-nearest': 0.556,
      svm: 0.392
    }
  }
]
