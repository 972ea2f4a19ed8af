/** Words of the data doctor. */
export const doctorMessages = {
  en: {
    intro: 'The doctor looks for labels that are likely wrong, copies and look-alikes, pictures that do not belong, dark and blurred ones, and shortcuts. It changes nothing. The first time about a minute for a thousand pictures, seconds after that.',
    look: 'Examine', again: 'Examine again', settings: 'Settings',
    source: 'Look with', sourceHelp: 'Whose features the pictures are compared by. The model in the box does for photographs.',
    testLabels: 'Judge the labels of the test split too',
    healthy: 'Nothing was found.',
    show: 'Show {count} picture | Show {count} pictures', showOf: '{action}: {title}',
    listed: 'The first {count} are shown.',
    suggestion: '{given} → {suggested}?', sure: '{percent} sure', group: 'Look-alikes {number}',
    picture: '{split}, picture {position}: {words}'
  },
  zh: {
    intro: '医生会查找可能有误的标签、副本与相似图像、不属于此处的图像、过暗和模糊的图像以及捷径。不作任何更改。首次查看约每千张图像一分钟，此后数秒。',
    look: '诊断', again: '重新诊断', settings: '设置',
    source: '查看所用模型', sourceHelp: '以其特征比较图像。内置模型适用于照片。',
    testLabels: '也判断测试集的标签',
    healthy: '没有发现问题。',
    show: '查看 {count} 张图像 | 查看 {count} 张图像', showOf: '{action}：{title}',
    listed: '显示前 {count} 张。',
    suggestion: '{given} → {suggested}？', sure: '确信度 {percent}', group: '相似图像 {number}',
    picture: '{split}第 {position} 张：{words}'
  }
}

/** Words for correcting what the doctor found. */
export const mendMessages = {
  en: {
    title: 'Corrections', tools: 'What to do with the selected pictures', selected: '{count} of {of} selected',
    asSuggested: 'Relabel as suggested', relabel: 'Relabel as…', move: 'Move to…', leaveOut: 'Leave out', keep: 'Keep as it is', done: 'Done',
    select: 'Select {picture}', leftOut: 'left out', movedTo: 'to {to}', relabelled: 'now {to}',
    stays: 'A new data set is made; “{name}” stays as it is, and so do its runs.', discard: 'Discard',
    broughtBack: '(from {when}, kept for you)', notKept: 'What you decided could not be kept on disk.', make: 'Make the corrected data set', makeLabelled: 'Make the labelled data set',
    names: 'Rename or merge classes', class: 'Class', newName: 'New name', rename: 'Rename', merge: 'Merge',
    merges: 'Another class has this name: the two become one.', keepName: 'Keep the name {name}'
  },
  zh: {
    title: '更正', tools: '对所选图像的处理', selected: '已选 {count} / {of}',
    asSuggested: '采用建议的标签', relabel: '改标签为…', move: '移动到…', leaveOut: '剔除', keep: '保持不变', done: '完成',
    select: '选择{picture}', leftOut: '剔除', movedTo: '移至{to}', relabelled: '改为 {to}',
    stays: '将生成新的数据集；“{name}”及其运行保持不变。', discard: '放弃',
    broughtBack: '（{when} 所作，已为您保留）', notKept: '您所作的决定未能保存到磁盘。', make: '生成更正后的数据集', makeLabelled: '生成带标签的数据集',
    names: '重命名或合并类别', class: '类别', newName: '新名称', rename: '重命名', merge: '合并',
    merges: '另一类别已使用该名称：两者将合并。', keepName: '保留名称 {name}'
  }
}
