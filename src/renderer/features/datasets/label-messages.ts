/** Words for labelling pictures. */
export const labelMessages = {
  en: {
    intro: 'Graft names the pictures that would teach most: first those that stand for many others, later those that the labels so far leave in doubt. You say what each shows, with the keyboard alone if you like.',
    waits: 'no picture waits for a label | 1 picture waits for a label | {count} pictures wait for a label',
    nothing: 'Every picture here that may be learned from has a label.',
    how: 'To label others, add a folder of pictures without class folders as a data set.',
    add: 'Add pictures…', choose: 'Choose 1 picture | Choose 1 picture | Choose {count} pictures', more: 'Choose {count} more', settings: 'Settings',
    source: 'Look with', sourceHelp: 'Whose features the pictures are compared by. The model in the box does for photographs.', count: 'Pictures at a time',
    needClasses: 'Name at least two classes first.',
    classes: 'Classes', newClass: 'New class', addClass: 'Add', removeClass: 'Remove the class {name}',
    stage: 'Labelling', picture: 'Picture {number} of {of}', pictureAlt: 'Picture {number}', done: '{done} of {of} dealt with',
    guess: 'The labels so far say {name}, {percent} sure.', take: 'Enter takes that.',
    unsure: 'Not sure', skip: 'Later', back: 'Back', undo: 'Undo', leaveOut: 'Leave out',
    is: 'Labelled {name}', isUnsure: 'Not sure: it stays without a label', isOut: 'Left out', open: 'No label yet',
    finished: 'These are done. Choose more, or make the new data set below.',
    other: 'Another class…', keys: 'Keys',
    keyWords: {
      classes: 'the class with that key', guess: 'what the labels so far say', skip: 'later', move: 'back and forth', unsure: 'not sure', undo: 'undo', leaveOut: 'leave out', add: 'a new class'
    },
    said: '{name}. {next}', space: 'Space', enter: 'Enter', backspace: 'Backspace', delete: 'Delete'
  },
  zh: {
    intro: 'Graft 会挑出最有价值的图像：先是能代表许多其他图像的，之后是现有标签难以判断的。由您说明每张图像是什么，可以只用键盘完成。',
    waits: '没有图像等待标注 | 1 张图像等待标注 | {count} 张图像等待标注',
    nothing: '此处可用于学习的图像都已有标签。',
    how: '若要标注其他图像，请将一个不含类别文件夹的图像文件夹添加为数据集。',
    add: '添加图像…', choose: '挑选 {count} 张图像', more: '再挑选 {count} 张', settings: '设置',
    source: '查看所用模型', sourceHelp: '以其特征比较图像。内置模型适用于照片。', count: '每次图像数',
    needClasses: '请先命名至少两个类别。',
    classes: '类别', newClass: '新类别', addClass: '添加', removeClass: '移除类别 {name}',
    stage: '标注', picture: '第 {number} 张，共 {of} 张', pictureAlt: '图像 {number}', done: '已处理 {done} / {of}',
    guess: '现有标签认为是 {name}，确信度 {percent}。', take: '按回车键采用。',
    unsure: '不确定', skip: '稍后', back: '返回', undo: '撤销', leaveOut: '剔除',
    is: '已标为 {name}', isUnsure: '不确定：保持无标签', isOut: '已剔除', open: '尚无标签',
    finished: '这些已处理完。可再挑选一些，或在下方生成新的数据集。',
    other: '其他类别…', keys: '按键',
    keyWords: {
      classes: '对应的类别', guess: '采用现有标签的判断', skip: '稍后', move: '前后移动', unsure: '不确定', undo: '撤销', leaveOut: '剔除', add: '新类别'
    },
    said: '{name}。{next}', space: '空格', enter: '回车', backspace: '退格', delete: 'Delete'
  }
}
