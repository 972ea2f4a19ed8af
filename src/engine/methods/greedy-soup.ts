import { percent } from '../../rules/format/figures'
import { modelsParameter, type Member } from './shared/fusion'
import { defineMethod } from './shared/method'
import { soupParameters, soupRun } from './shared/soup'

/**
 * Wortsman et al. 2022, arXiv:2203.05482, recipe 1: models from the best to the worst by validation accuracy, each added
 * to the mean where that does not lower the mean's validation accuracy. Moving statistics are averaged too.
 */
export const greedySoup = defineMethod({
  id: 'greedy-soup',
  title: { en: 'Greedy soup', zh: '贪心模型汤' },
  summary: {
    en: 'Averages the weights of several models that were fine-tuned from the same one, taking each only where validation does not suffer.',
    zh: '平均由同一模型微调得到的多个模型的权重，仅当验证成绩不下降时才加入某个模型。'
  },
  sentence: {
    en: 'Average the weights of {source} and of those of {models} that do not lower its accuracy on the validation images of {target}.',
    zh: '平均 {source} 与 {models} 中不降低 {target} 验证准确率的模型的权重。'
  },
  reference: 'Wortsman et al. 2022',
  family: 'fusion',
  recipe: { noSteps: true },
  blocks: 'copied',
  needs: {
    sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'same', validation: true, teachers: { minimum: 1, maximum: 15, alike: true }
  },
  parameters: { models: modelsParameter, ...soupParameters },
  create: (context, { models, barrierPoints }) => soupRun(context, models, {
    barrierPoints,
    name: { en: 'Tasting', zh: '逐个尝试' },
    cook: async ({ members, mix, score }) => {
      const alone: { member: Member, accuracy: number }[] = []
      for (const member of members) {
        mix([member.network])
        alone.push({ member, accuracy: (await score()).accuracy })
      }
      const ranked = [...alone].sort((a, b) => b.accuracy - a.accuracy)
      const taken = [ranked[0]!.member]
      let best = ranked[0]!.accuracy
      for (const { member } of ranked.slice(1)) {
        mix([...taken, member].map(({ network }) => network))
        const { accuracy } = await score()
        if (accuracy < best) continue
        taken.push(member)
        best = accuracy
      }
      mix(taken.map(({ network }) => network))
      const names = (language: 'en' | 'zh') => alone
        .map(({ member, accuracy }) => `${member.title[language]} ${percent(accuracy)}${taken.includes(member) ? ' ✓' : ''}`).join(', ')
      context.note({
        en: `${taken.length} of ${members.length} models went into the soup (✓): ${names('en')}; the soup ${percent(best)} on validation.`,
        zh: `${members.length} 个模型中有 ${taken.length} 个进入模型汤（✓）：${names('zh')}；模型汤的验证准确率为 ${percent(best)}。`
      })
    }
  })
})
