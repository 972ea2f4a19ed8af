import { integer, number } from '../../contract/parameters'
import { fitLogisticRegression } from '../classifiers/logistic-regression'
import { classicalRun, featureParameters } from './shared/classical'
import { defineMethod } from './shared/method'

/** Multinomial logistic regression on frozen features (Cox 1958; Donahue et al. 2014, DeCAF); defaults are scikit-learn's. */
export const logisticRegression = defineMethod({
  id: 'logistic-regression',
  title: { en: 'Logistic regression', zh: '逻辑回归' },
  summary: {
    en: 'Solves a linear classifier on the source\'s features to its optimum, without a learning rate. Quick, with sound probabilities.',
    zh: '在源模型的特征上直接求解线性分类器的最优解，无需学习率。快速，且概率可靠。'
  },
  sentence: {
    en: 'Solve a logistic regression on the {features} of {source} for {images} of {target}.',
    zh: '针对 {target} 的 {images}，在 {source} 的 {features} 上求解逻辑回归。'
  },
  reference: 'Donahue et al. 2014',
  family: 'classical',
  recipe: { noSteps: true },
  blocks: 'frozen',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    ...featureParameters,
    cost: number({
      label: { en: 'Cost (C)', zh: '代价（C）' },
      help: { en: 'Weight of the examples against small weights: lower is smoother.', zh: '样本相对于小权重的权重：越低越平滑。' },
      minimum: 1e-6, maximum: 1e6, default: 1, scale: 'logarithmic'
    }),
    iterations: integer({
      label: { en: 'Iterations', zh: '迭代次数' },
      help: { en: 'Steps of the solver at most.', zh: '求解器的最大步数。' },
      minimum: 1, maximum: 100_000, default: 1000, advanced: true
    })
  },
  create: (context, { cost, iterations, ...parameters }) => classicalRun(context, {
    kind: 'logistic-regression', parameters, standardised: true,
    fit: (examples, hooks) => fitLogisticRegression(examples, { cost, iterations }, hooks)
  })
})
