/**
 * The tasks that the advisor's table of outcomes is measured on. `data`: folders of public data that lie outside the project and how each is added.
 * `source`: a run that is trained first (`train`), a model file (`file`), or what is on the shelf (`ref`).
 */
export const data = {
  usps: ['usps'],
  pacs: ['pacs-small'],
  cifar10: ['cifar-10-binary.tar.gz'],
  cifar100: ['cifar-100-binary']
}

export const sources = {
  mnist: { train: ['--source', 'arch:seed-cnn', '--target', 'mnist-sample', '--method', 'scratch'], data: 'mnist-sample' },
  lite0: { ref: 'model:efficientnet-lite0' },
  resnet20: { file: 'models/cifar10-resnet20.th', ref: 'model:resnet20' },
  seed: { ref: 'arch:seed-cnn' }
}

const onFeatures = ['logistic-regression', 'linear-probe', 'k-nearest', 'svm']
const trained = ['fine-tuning', 'l2-sp', 'scratch']
const labelled = [...onFeatures, ...trained]
const adapting = ['source-only', 'dann', 'shot', 'adabn', 'tent', 'deep-coral']

/** The first is the one that people meet first: the embedded sample. Those that take long come last. */
export const tasks = [
  { task: 'MNIST → digits', source: 'mnist', target: 'digits', labels: '10', methods: labelled },
  { task: 'MNIST → USPS', source: 'mnist', target: 'usps', labels: '10', methods: labelled },
  { task: 'CIFAR-10 → CIFAR-100', source: 'resnet20', target: 'cifar100', labels: '10', methods: labelled },
  { task: 'ImageNet → PACS', source: 'lite0', target: 'pacs', labels: '10', methods: onFeatures },
  { task: 'MNIST → digits, no labels', source: 'mnist', target: 'digits', labels: 'none', methods: adapting },
  { task: 'fresh → digits', source: 'seed', target: 'digits', labels: '10', methods: ['scratch', 'logistic-regression', 'k-nearest', 'svm'] },
  { task: 'CIFAR-10 → PACS', source: 'resnet20', target: 'pacs', labels: '10', methods: labelled },
  { task: 'MNIST → digits, all labels', source: 'mnist', target: 'digits', labels: 'all', methods: labelled },
  { task: 'MNIST → CIFAR-10', source: 'mnist', target: 'cifar10', labels: '20', methods: labelled },
  { task: 'CIFAR-10 → CIFAR-10', source: 'resnet20', target: 'cifar10', labels: '20', methods: labelled },
  { task: 'ImageNet → PACS, all labels', source: 'lite0', target: 'pacs', labels: 'all', methods: [...onFeatures, 'fine-tuning'] },
  { task: 'MNIST → USPS, no labels', source: 'mnist', target: 'usps', labels: 'none', methods: adapting },
  { task: 'ImageNet → digits', source: 'lite0', target: 'digits', labels: '10', methods: onFeatures },
  { task: 'fresh → USPS', source: 'seed', target: 'usps', labels: 'all', methods: ['scratch', 'logistic-regression'] }
]
