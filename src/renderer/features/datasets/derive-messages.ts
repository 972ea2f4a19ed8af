/** Texts of making a data set of another. */
export const deriveMessages = {
  en: {
    open: 'Change…',
    title: 'Make another data set of this one',
    intro: 'A data set never changes after runs have learned from it. A change makes a new data set with its own copy of the pictures.',
    name: 'Name',
    classes: 'Classes that stay: {kept} of {all}',
    redraw: 'Draw the validation images anew',
    validation: 'Kept for validation, in per cent',
    validationHelp: 'Of all pictures but the test pictures, drawn evenly by class. 0 for none.',
    without: 'without {classes}',
    withoutMany: 'without {count} classes',
    share: '({percent} % for validation)',
    nothing: 'Untick a class, or draw the validation images anew.',
    tooFew: 'At least two classes must stay.',
    start: 'Make it',
    failed: 'This could not be made',
    cancelled: 'Cancelled. Nothing was made.'
  },
  zh: {
    open: '更改…',
    title: '由此数据集生成新数据集',
    intro: '运行所学习的数据不会被改动：更改会生成带有自己图像副本的新数据集。',
    name: '名称',
    classes: '保留的类别：{kept} / {all}',
    redraw: '重新抽取验证图像',
    validation: '留作验证（百分比）',
    validationHelp: '占非测试图像的比例，按类别均匀抽取。0 表示不设。',
    without: '（不含 {classes}）',
    withoutMany: '（不含 {count} 个类别）',
    share: '（{percent} % 用于验证）',
    nothing: '请取消勾选某个类别，或重新抽取验证图像。',
    tooFew: '至少须保留两个类别。',
    start: '生成',
    failed: '无法生成',
    cancelled: '已取消，未生成任何内容。'
  }
}
