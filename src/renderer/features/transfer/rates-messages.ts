/** Words of the range test beside the learning rate. */
export const ratesMessages = {
  en: {
    title: 'Learning rates tried', try: 'Try rates on these pictures', again: 'Try again',
    hint: 'The first steps of this transfer at ever larger rates. Nothing of it is kept.',
    none: 'This method takes no gradient steps: no learning rate counts.',
    chart: 'Loss while the learning rate rises', x: 'Learning rate', y: 'Loss, smoothed', curve: 'Loss', valley: 'Valley', steep: 'Steepest',
    chosen: 'Chosen: {rate}', takeValley: 'Take {rate}, in the valley', takeSteep: 'Take {rate}, the steepest',
    fixed: 'You set the learning rate yourself; a proposal takes its place.', back: 'Back to Graft’s own choice'
  },
  zh: {
    title: '试过的学习率', try: '在这些图像上试学习率', again: '再试一次',
    hint: '以逐步增大的学习率执行此迁移的最初若干步。结果不会保留。',
    none: '该方法不做梯度下降：学习率不起作用。',
    chart: '学习率升高时的损失', x: '学习率', y: '平滑后的损失', curve: '损失', valley: '下降区间', steep: '下降最快处',
    chosen: '已选：{rate}', takeValley: '采用 {rate}（下降区间）', takeSteep: '采用 {rate}（下降最快处）',
    fixed: '学习率由您设定；采用建议会取而代之。', back: '恢复 Graft 的选择'
  }
}
