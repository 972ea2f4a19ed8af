import { choice, number } from '../../contract/parameters'
import { fitSvm, largestPair } from '../classifiers/svm'
import { classicalRun, featureParameters } from './shared/classical'
import { defineMethod } from './shared/method'

/** Cortes and Vapnik 1995 on frozen features (Sharif Razavian et al. 2014, CNN features off-the-shelf); defaults are scikit-learn's. */
export const svm = defineMethod({
  id: 'svm',
  title: { en: 'Support vector machine', zh: '支持向量机' },
  summary: {
    en: 'Widest margins between each two classes, on the source\'s features. Strong with few images.',
    zh: '在源模型的特征上，为每两个类别求最大间隔。图像少时表现出色。'
  },
  sentence: {
    en: 'Fit support vector machines on the {features} of {source} for {images} of {target}.',
    zh: '针对 {target} 的 {images}，在 {source} 的 {features} 上拟合支持向量机。'
  },
  reference: 'Cortes and Vapnik 1995',
  family: 'classical',
  recipe: { noSteps: true },
  blocks: 'frozen',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any', largestPair },
  parameters: {
    ...featureParameters,
    kernel: choice({
      label: { en: 'Kernel', zh: '核函数' },
      help: { en: 'Radial for curved borders between classes, linear for straight ones.', zh: '径向核用于弯曲的类别边界，线性核用于平直的边界。' },
      options: [
        { value: 'rbf', label: { en: 'Radial', zh: '径向' } }, { value: 'linear', label: { en: 'Linear', zh: '线性' } }
      ],
      default: 'rbf'
    }),
    cost: number({
      label: { en: 'Cost (C)', zh: '代价（C）' },
      help: { en: 'Weight of errors against a wide margin: lower is smoother.', zh: '错误相对于宽间隔的权重：越低越平滑。' },
      minimum: 1e-6, maximum: 1e6, default: 1, scale: 'logarithmic'
    }),
    gamma: number({
      label: { en: 'Gamma (γ)', zh: 'Gamma（γ）' },
      help: { en: 'How local the radial kernel is; 0 takes 1 / (features · their variance).', zh: '径向核的局部程度；0 取 1 /（特征数 · 方差）。' },
      minimum: 0, maximum: 1e6, default: 0, advanced: true, when: { parameter: 'kernel', in: ['rbf'] }
    })
  },
  create: (context, { kernel, cost, gamma, ...parameters }) => classicalRun(context, {
    kind: 'svm', parameters, standardised: true,
    fit: (examples, hooks) => fitSvm(examples, { kernel, cost, gamma, seed: context.training.seed }, hooks)
  })
})
