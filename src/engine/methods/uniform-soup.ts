import { modelsParameter } from './shared/fusion'
import { defineMethod } from './shared/method'
import { soupParameters, soupRun } from './shared/soup'

/** Wortsman et al. 2022, arXiv:2203.05482, table 2: the mean of all models' weights. Moving statistics are averaged too. */
export const uniformSoup = defineMethod({
  id: 'uniform-soup',
  title: { en: 'Uniform soup', zh: '均匀模型汤' },
  summary: {
    en: 'Averages the weights of several models that were fine-tuned from the same one: one network, no slower than each.',
    zh: '平均由同一模型微调得到的多个模型的权重：得到一个网络，速度与单个模型相同。'
  },
  sentence: {
    en: 'Average the weights of {source} and of {models}, for {target}.',
    zh: '为 {target} 平均 {source} 与 {models} 的权重。'
  },
  reference: 'Wortsman et al. 2022',
  family: 'fusion',
  recipe: { noSteps: true },
  blocks: 'copied',
  needs: {
    sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'same', teachers: { minimum: 1, maximum: 15, alike: true }
  },
  parameters: { models: modelsParameter, ...soupParameters },
  create: (context, { models, barrierPoints }) => soupRun(context, models, {
    barrierPoints,
    name: { en: 'Averaging', zh: '平均' },
    cook: async ({ members, mix }) => { mix(members.map(({ network }) => network)) }
  })
})
