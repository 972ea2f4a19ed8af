/** Texts of the list of known data sets. */
export const knownMessages = {
  en: {
    title: 'Known data sets',
    intro: 'Graft can download these from their official addresses; each file is checked before it is used.',
    listLabel: 'Known data sets',
    images: '{train} for training, {test} for testing',
    here: 'Look at it',
    hereNamed: 'Look at {name}'
  },
  zh: {
    title: '已知数据集',
    intro: 'Graft 可以从官方地址下载这些数据集；每个文件在使用前都会校验。',
    listLabel: '已知数据集',
    images: '训练 {train} 张，测试 {test} 张',
    here: '查看',
    hereNamed: '查看 {name}'
  }
}
