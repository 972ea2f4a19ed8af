import { defineMessages } from '../../shared/i18n'

export const runsMessages = defineMessages({
  en: {
    runs: {
      title: 'Runs',
      purpose: 'Everything that was trained here. Select two or more to compare them.',
      newTransfer: 'New transfer',
      studies: 'Studies',
      export: 'Table (CSV)', exportHint: 'Saves the list as a table: what is selected, or all that is shown.',
      controls: 'no controls | 1 control run | {count} control runs',
      tableLabel: 'Runs',
      search: 'Search runs',
      columns: {
        name: 'Name', transfer: 'Source → target', method: 'Method', labels: 'Labels', state: 'State',
        accuracy: 'Test accuracy', time: 'Time', date: 'Started', actions: 'Actions', curve: 'Curve', validation: 'Validation',
        balanced: 'Balanced accuracy', f1: 'Macro-F1', loss: 'Test loss', epochs: 'Epochs', speed: 'Images/s', seed: 'Seed',
        learningRate: 'Learning rate', batchSize: 'Batch size', study: 'Study', tags: 'Tags'
      },
      chooseColumns: {
        title: 'Columns', about: 'What the list shows of each run. Where they are more than fit, the list scrolls sideways.', usual: 'As usual'
      },
      marks: {
        title: 'Tags and note', edit: 'Tags and note…', tags: 'Tags', tagsHint: 'With commas between them', note: 'Note', save: 'Save'
      },
      pin: 'Pin', unpin: 'Unpin', pinned: 'pinned',
      curve: {
        validation: 'Validation accuracy from {first} to {last}; {kept} at the epoch that was kept.',
        train: 'Training accuracy from {first} to {last}; {kept} at the epoch that was kept.'
      },
      restOfStudy: 'no other run of its study | 1 other run of its study | {count} other runs of its study',
      filters: {
        state: 'State', method: 'Method', target: 'Target',
        allStates: 'Every state', allMethods: 'Every method', allTargets: 'Every target',
        active: 'Running or queued', resumable: 'Can be resumed', done: 'Done', clear: 'Show all', candidatesOnly: 'Without controls',
        tag: 'Tag', allTags: 'Every tag', byStudy: 'By study'
      },
      balance: 'bal. {balanced} · F1 {f1}',
      interval: '{accuracy}, 95 % interval from {low} to {high}, {images}',
      notTested: 'not tested',
      epochs: 'no epochs | 1 epoch | {count} epochs',
      epochOf: 'epoch {epoch} of {epochs}',
      progressOf: 'Progress of {name}',
      count: 'no runs | 1 run | {count} runs',
      compare: 'Compare',
      compareHint: 'Select two to eight runs to compare them.',
      tooMany: 'Select at most eight runs to compare.',
      remove: 'Delete',
      removeLive: 'Cancel what is running or queued first, then delete it.',
      rename: 'Rename',
      renameField: 'New name of {name}',
      resume: 'Resume',
      cancel: 'Cancel',
      stopAfterEpoch: 'Stop after this epoch',
      open: 'Open',
      openFolder: 'Open folder',
      saveAs: 'Save as a file…',
      useAsSource: 'Use as source',
      repeat: 'Repeat with changes',
      rowActions: 'Actions for {name}',
      twin: 'Control',
      damagedTitle: 'One run could not be read and was set aside. | {count} runs could not be read and were set aside.',
      emptyTitle: 'No runs yet',
      empty: 'A run is one training with all it produced. Start one, and it is kept here.',
      emptyAction: 'Start a transfer',
      noMatch: 'No run matches.',
      noMatchHint: 'Search for something else, or show all runs.',
      keys: 'Arrow keys move, right unfolds controls, Space selects, Shift extends, Enter opens, F2 renames, P pins, T tags, Delete deletes.'
    }
  },
  zh: {
    runs: {
      title: '运行',
      purpose: '在此训练过的全部内容。选择两个或更多即可对比。',
      newTransfer: '新建迁移',
      studies: '研究',
      export: '表格（CSV）', exportHint: '将列表存为表格：所选的运行，或显示的全部。',
      controls: '没有对照 | {count} 个对照运行 | {count} 个对照运行',
      tableLabel: '运行列表',
      search: '搜索运行',
      columns: {
        name: '名称', transfer: '源 → 目标', method: '方法', labels: '标签', state: '状态',
        accuracy: '测试准确率', time: '用时', date: '开始时间', actions: '操作', curve: '曲线', validation: '验证准确率',
        balanced: '平衡准确率', f1: '宏平均 F1', loss: '测试损失', epochs: '轮数', speed: '张/秒', seed: '种子',
        learningRate: '学习率', batchSize: '批大小', study: '研究', tags: '标记'
      },
      chooseColumns: { title: '列', about: '列表中每个运行显示的内容。放不下时，列表可横向滚动。', usual: '恢复默认' },
      marks: { title: '标记与备注', edit: '标记与备注…', tags: '标记', tagsHint: '以逗号分隔', note: '备注', save: '保存' },
      pin: '固定', unpin: '取消固定', pinned: '已固定',
      curve: {
        validation: '验证准确率从 {first} 到 {last}；所保留的一轮为 {kept}。',
        train: '训练准确率从 {first} 到 {last}；所保留的一轮为 {kept}。'
      },
      restOfStudy: '同一研究没有其他运行 | 同一研究的另外 {count} 个运行 | 同一研究的另外 {count} 个运行',
      filters: {
        state: '状态', method: '方法', target: '目标',
        allStates: '全部状态', allMethods: '全部方法', allTargets: '全部目标',
        active: '运行中或排队中', resumable: '可以继续', done: '已完成', clear: '显示全部', candidatesOnly: '不含对照',
        tag: '标记', allTags: '全部标记', byStudy: '按研究分组'
      },
      balance: '平衡 {balanced} · F1 {f1}',
      interval: '{accuracy}，95 % 区间为 {low} 至 {high}，{images}',
      notTested: '未测试',
      epochs: '0 轮 | 1 轮 | {count} 轮',
      epochOf: '第 {epoch} / {epochs} 轮',
      progressOf: '{name} 的进度',
      count: '0 个运行 | 1 个运行 | {count} 个运行',
      compare: '对比',
      compareHint: '选择二到八个运行即可对比。',
      tooMany: '最多可对比八个运行。',
      remove: '删除',
      removeLive: '请先取消运行中或排队中的项目，再删除。',
      rename: '重命名',
      renameField: '{name} 的新名称',
      resume: '继续',
      cancel: '取消',
      stopAfterEpoch: '本轮结束后停止',
      open: '打开',
      openFolder: '打开文件夹',
      saveAs: '保存为文件…',
      useAsSource: '用作源模型',
      repeat: '修改后重新运行',
      rowActions: '{name} 的操作',
      twin: '对照',
      damagedTitle: '有 1 个运行无法读取，已搁置。 | 有 {count} 个运行无法读取，已搁置。',
      emptyTitle: '还没有运行',
      empty: '一次运行就是一次训练及其全部产出。开始一次，便会保存在这里。',
      emptyAction: '开始迁移',
      noMatch: '没有匹配的运行。',
      noMatchHint: '换个词搜索，或显示全部运行。',
      keys: '方向键移动，右方向键展开对照，空格选择，Shift 扩展选择，回车打开，F2 重命名，P 固定，T 标记，Delete 删除。'
    }
  }
})
