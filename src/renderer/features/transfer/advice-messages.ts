/** Words of the panel with advice. */
export const adviceMessages = {
  en: {
    title: 'What to try',
    ask: 'Ask for advice',
    again: 'Look again',
    empty: 'Graft looks at the images with this source, weighs what it sees, and says which methods are worth the time. About half a minute the first time.',
    worthTrying: 'Worth trying, best first',
    abstainsButTry: 'The evidence does not carry advice. These can be tried:',
    abstains: 'The evidence does not carry advice.',
    expected: 'expected, {low} to {high}',
    notForetold: 'No accuracy can be foretold.',
    about: 'about {amount}',
    memory: 'about {amount} of memory',
    control: 'Control:',
    take: 'Take this method',
    taken: 'Chosen',
    takeMethod: 'Take this method: {method}', takenMethod: 'Chosen: {method}',
    evidence: 'Evidence',
    score: 'Score',
    pixels: 'Pixels alone',
    means: 'What it measures',
    between: '{value} ({low} to {high})',
    crossValidated: 'Cross-validated',
    crossValidatedMeans: 'A simple rule on the source\'s features, each image judged without its own label.',
    head: 'The source\'s own head',
    headMeans: 'How often the source is right as it is.',
    noScores: 'No score speaks of this: they need granted labels and a trained source.',
    sources: 'Sources, best first',
    votes: 'first by {votes} of {of} other scores',
    useSource: 'Use this source',
    rank: 'Which source?', noRank: 'Sources can be ranked once a few labels are granted.'
  },
  zh: {
    title: '试什么',
    ask: '征求建议',
    again: '重新查看',
    empty: 'Graft 用该源模型查看图像、权衡所见，并说明哪些方法值得花时间。首次约半分钟。',
    worthTrying: '值得尝试，最好的在前',
    abstainsButTry: '没有足够依据给出建议。可以先试：',
    abstains: '没有足够依据给出建议。',
    expected: '预计，{low} 至 {high}',
    notForetold: '无法预测准确率。',
    about: '约 {amount}',
    memory: '内存约 {amount}',
    control: '对照：',
    take: '采用该方法',
    taken: '已选择',
    takeMethod: '采用该方法：{method}', takenMethod: '已选择：{method}',
    evidence: '依据',
    score: '评分',
    pixels: '仅像素',
    means: '含义',
    between: '{value}（{low} 至 {high}）',
    crossValidated: '交叉验证',
    crossValidatedMeans: '在源特征上的简单规则，判断每张图像时不用其自身标签。',
    head: '源模型自身的分类头',
    headMeans: '源模型不做任何改动时判断正确的比例。',
    noScores: '没有可用的评分：评分需要授予的标签和训练过的源模型。',
    sources: '源模型，最好的在前',
    votes: '{of} 个其他评分中 {votes} 个将其列为首位',
    useSource: '使用该源模型',
    rank: '选择哪个源？', noRank: '授予少量标签后即可为源模型排名。'
  }
}

/** Words of the race between methods. */
export const raceMessages = {
  en: {
    title: 'Race', start: 'Race the best', again: 'Race again', minutes: 'Minutes', won: '{method} won the race', none: 'The race has no winner',
    offer: 'Try it out: the best candidates are trained a little, the better half of them longer, until one is left. Validation chooses, never the test.',
    round: 'Round {round} of {rounds}: {method}', epochs: '{epochs} of {of} epochs', run: 'Open run', runOf: 'Open the run of {method}'
  },
  zh: {
    title: '竞赛', start: '让最好的方法竞赛', again: '再次竞赛', minutes: '分钟', won: '{method} 在竞赛中胜出', none: '竞赛没有胜出者',
    offer: '实际试一试：先短暂训练最有希望的方法，每轮保留较好的一半并延长训练，直到剩下一种。由验证集选择，从不使用测试集。',
    round: '第 {round}/{rounds} 轮：{method}', epochs: '{of} 轮中的 {epochs} 轮', run: '打开运行', runOf: '打开 {method} 的运行'
  }
}
