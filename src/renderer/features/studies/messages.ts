import { defineMessages } from '../../shared/i18n'

export const studiesMessages = defineMessages({
  en: {
    studies: {
      title: 'Studies',
      purpose: 'Runs that were started together: candidates with their control runs and their repetitions.',
      back: 'All runs',
      empty: 'No study yet',
      emptyHint: 'Beside Start you tick control runs, choose several seeds, and vary the labels, the depth of transfer or a setting.',
      start: 'New study',
      summary: '{done} of {runs} runs done', andOthers: '{name} | {name}, and one other | {name}, and {count} others',
      open: 'Runs of {name}',
      compare: 'Compare its runs',
      missing: 'Go on with the one that is missing | Go on with the {count} that are missing',
      stop: 'Cancel the one that is left | Cancel the {count} that are left',
      table: 'Runs of {name} by setting',
      arm: 'What was run', score: 'Test accuracy', spread: 'mean ± standard deviation over seeds', seeds: 'Seeds done'
    }
  },
  zh: {
    studies: {
      title: '研究',
      purpose: '一起启动的运行：候选运行及其对照与重复。',
      back: '全部运行',
      empty: '还没有研究',
      emptyHint: '在“开始”旁勾选对照运行、选择多个种子，并变化标签数、迁移深度或一项设置。',
      start: '新建研究',
      summary: '{runs} 个运行中已完成 {done} 个', andOthers: '{name} | {name}，以及另外 {count} 个 | {name}，以及另外 {count} 个',
      open: '{name} 的运行',
      compare: '比较其运行',
      missing: '继续缺少的 {count} 个',
      stop: '取消剩余的 {count} 个',
      table: '{name} 的运行（按设置）',
      arm: '运行内容', score: '测试准确率', spread: '各种子的均值 ± 标准差', seeds: '已完成的种子'
    }
  }
})
