/** Words of the panel that compares source and target. */
export const xrayMessages = {
  en: {
    title: 'Source and target', ask: 'Compare them', again: 'Compare again',
    empty: 'How the target differs from the source images: classes, distance, shares, brightness, padding, colour, size. No target label is read. Seconds once the features are there.',
    shares: 'Shares of the classes', class: 'Class', sourceShare: 'In the source', estimated: 'In the target, estimated',
    looked: '{target} pictures of the target and {source} of the source were looked at; no target label was read.',
    fresh: 'A source that has learned nothing yet cannot be compared.',
    layers: 'Through the backbone', block: 'After block', last: 'The last', betweenDomains: 'Between the domains of the target', pair: 'Domains',
    toldApart: 'Told apart', aDistance: 'Proxy A-distance', means: 'What that means'
  },
  zh: {
    title: '源与目标', ask: '进行比较', again: '重新比较',
    empty: '目标与源图像的差异：类别、距离、比例、明暗、边框、颜色、尺寸。不读取目标标签。已有特征时只需数秒。',
    shares: '类别比例', class: '类别', sourceShare: '源数据中', estimated: '目标中（估计）',
    looked: '查看了 {target} 张目标图像和 {source} 张源图像；未读取目标标签。',
    fresh: '尚未学到任何内容的源模型无法比较。',
    layers: '沿主干各处', block: '区块之后', last: '最后', betweenDomains: '目标各域之间', pair: '域',
    toldApart: '可区分', aDistance: '代理 A 距离', means: '含义'
  }
}
